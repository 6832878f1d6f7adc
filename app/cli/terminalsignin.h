// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/signins.h"

namespace causeway {

//! Who signs in for a command; tests bring a keychain and a browser of their own.
struct SignInPerson {
    std::shared_ptr<SecretStore> keychain;         //!< null: the system's
    std::function<bool(const QUrl &)> openBrowser; //!< empty: the system's
    std::function<void(const QString &)> say;      //!< lines for the person; empty: nobody reads them
    bool there = false;                            //!< at a terminal: may be asked to sign in once more during a run
    Milliseconds azPatience = std::chrono::seconds(13); //!< with the Azure CLI
};

struct TerminalSignIn {
    TerminalSignIn() {} // no aggregate: it is passed to coroutines
    bool deviceCode = false;
    bool browser = true;  //!< false: only the address is shown
    QString tenant;
    QString loginHint;
    QString prompt = QStringLiteral("select_account");
    QByteArray claims;
};
//! Signs in with words on a terminal: the copyable address, or the code with its warning. Keeps nothing.
QCoro::Task<Result<TokenAnswer>> signInOnTerminal(SignIns *signIns, TerminalSignIn how, SignInPerson person, Context context);

//! Asks for more during a run: the same sign-in with the account's name and the claims that were asked for.
class TerminalAsker final : public SignInAsker
{
public:
    //! `signIns` outlives it.
    TerminalAsker(SignIns &signIns, SignInPerson person, bool deviceCode) : m_signIns(signIns), m_person(std::move(person)), m_deviceCode(deviceCode) {}
    QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) override;

private:
    SignIns &m_signIns;
    SignInPerson m_person;
    bool m_deviceCode;
};

//! xdg-open, where there is a display; false: nothing could be opened.
bool openSystemBrowser(const QUrl &address);

} // namespace causeway
