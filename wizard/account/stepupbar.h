// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;


namespace causeway::ui {
class CopyField;
}

namespace causeway::wizard {

class SignInController;

//! Above every page: a call waits until somebody signs in again (conditional access, an ended session). The page and the run stay
//! as they are; the call goes on when the sign-in is done.
class StepUpBar final : public QFrame
{
    Q_OBJECT
public:
    explicit StepUpBar(SignInController &signIn, QWidget *parent = nullptr);

private:
    void refresh();
    SignInController &m_signIn;
    QLabel *m_title;
    QLabel *m_words;
    ui::CopyField *m_link;
    ui::CopyField *m_support;
    QPushButton *m_go;
    QPushButton *m_stop;
};

} // namespace causeway::wizard
