// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/form.h"

#include <QTimer>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;


namespace causeway::ui {
class CopyField;
class Picker;
} // namespace causeway::ui

namespace causeway::wizard {

class SignInController;
class SignInTrouble;

//! Who is signed in, how somebody else signs in, and what goes on meanwhile: the waiting browser with a link to copy, the code for
//! another device with its end, a failure in words.
class SignInCard final : public ui::FormSection
{
    Q_OBJECT
public:
    explicit SignInCard(SignInController &signIn, QWidget *parent = nullptr);

    //! Fills itself from what is so now.
    void refresh();

Q_SIGNALS:
    //! Client id, cloud or network have to be set up.
    void settingsWanted();

private:
    void buildAccount();
    void buildButtons();
    void buildWaiting();
    void buildCode();
    void showAccounts();
    void showAttempt();
    void showFirstWay();
    void showKeeping();
    void chosen();
    void tick();

    SignInController &m_signIn;
    ui::Picker *m_account;
    QVBoxLayout *m_below;
    QWidget *m_buttons;
    QPushButton *m_browser;
    QPushButton *m_code;
    QPushButton *m_cli;
    QPushButton *m_out;
    QWidget *m_waiting;
    QLabel *m_waitingText;
    ui::CopyField *m_link;
    QPushButton *m_cancel;
    QWidget *m_device;
    QLabel *m_deviceText;
    ui::CopyField *m_address;
    QLabel *m_digits;
    QLabel *m_countdown;
    QPushButton *m_copyCode;
    SignInTrouble *m_trouble;
    QLabel *m_keeping;
    QTimer m_clock;
};

} // namespace causeway::wizard
