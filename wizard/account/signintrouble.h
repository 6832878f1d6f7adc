// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/signintext.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace causeway::wizard {

//! A failed sign-in: what happened, what to do, lines to copy, and what support will ask for (sign-in.md §10).
class SignInTrouble final : public QFrame
{
    Q_OBJECT
public:
    explicit SignInTrouble(QWidget *parent = nullptr);

    //! `who`: was to sign in; may be empty. `retry`: words of the button; empty: none. `hasSettings`: there are any to open.
    void show(const SignInText &text, const QString &who, const QString &retry, bool hasSettings);
    void clear();

Q_SIGNALS:
    void retryRequested();
    void settingsWanted();

private:
    void addCopy(const QString &label, const QString &text);
    QLabel *m_title;
    QLabel *m_words;
    QLabel *m_service;
    QVBoxLayout *m_lines;
    QPushButton *m_retry;
    QPushButton *m_settings;
};

} // namespace causeway::wizard
