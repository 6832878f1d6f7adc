// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"
#include "sandbox/signin/stserror.h"
#include "sandbox/state.h"

#include <map>
#include <set>

namespace causeway::sandbox {

//! Whom somebody signed in as, for which application: what a code, a device code or a refresh token stands for.
struct Grant {
    QString person;  //!< object id in the home tenant
    QString tenant;  //!< GUID that it was signed in to
    QString client;
    QString scope;   //!< as asked for
    QString session; //!< GUID, the same in all tokens that come of it
    bool secondFactor = false;
    TimePoint since{};
};

//! What an authorize request asked for; it waits behind the sign-in page.
struct AuthorizeAsk {
    QString tenantWord; //!< as in the address: a GUID, a domain, organizations
    QString client, redirectUri, responseMode, scope, state, nonce, challenge, challengeMethod, prompt, loginHint, claims;
    QString device;     //!< user code, when it is the device page that asks
};

struct CodeGrant {
    Grant grant;
    AuthorizeAsk ask;
    TimePoint issued{};
    bool spent = false;
};

struct DeviceGrant {
    enum class Decision { Open, Approved, Declined };
    QString userCode, client, scope, tenantWord, claims;
    TimePoint issued{}, lastPoll{};
    Decision decision = Decision::Open;
    Grant grant; //!< once approved
};

//! A page in somebody's browser, and how far the sign-in has come on it.
struct OpenPage {
    AuthorizeAsk ask;
    QString person; //!< chosen; object id at home
    bool secondFactor = false;
    bool consented = false;
    TimePoint issued{};
};

//! Codes, pages and device codes live in memory for a few minutes. Refresh tokens are not stored: they carry their grant
//! and a signature whose key is in the world (State::signIn), so that who signed in to a kept world stays signed in.
class Grants
{
public:
    explicit Grants(State &state);

    static constexpr std::chrono::minutes codeLife{10}, deviceLife{15}, pageLife{30};
    static constexpr std::chrono::hours refreshLife{24 * 90};

    QString open(OpenPage page, TimePoint now);
    //! Once.
    std::optional<OpenPage> close(const QString &handle, TimePoint now);

    QString issue(CodeGrant code, TimePoint now);
    CodeGrant *code(const QString &text);

    //! Returns the device code.
    QString issue(DeviceGrant device, TimePoint now);
    DeviceGrant *device(const QString &deviceCode);
    void forgetDevice(const QString &deviceCode) { m_devices.erase(deviceCode); }
    //! One that is still open.
    DeviceGrant *deviceByUserCode(const QString &typed, TimePoint now);

    struct Refresh {
        Grant grant;
        QString id;
        TimePoint issued{};
    };
    [[nodiscard]] QString refreshToken(const Grant &grant, TimePoint now) const;
    //! 9002313 for one that is not ours, 700082 after its life, 50173 when its session was ended.
    [[nodiscard]] StsResult<Refresh> read(const QString &refreshToken, TimePoint now) const;
    //! A strict server's rule: false when it was spent before; that ends its session (RFC 9700 §4.14.2).
    bool spend(const Refresh &refresh);

    [[nodiscard]] bool consented(const QString &client, const QString &person) const;
    void consent(const QString &client, const QString &person);
    //! False when the assertion was used before (RFC 7523 §3).
    bool firstUse(const QString &assertionId, TimePoint now, TimePoint expires);

    //! A key of its own for each purpose, made of the world's.
    [[nodiscard]] QByteArray key(const char *purpose) const;
    //! Did the world's part change since it was asked last?
    bool takeChanged() { return std::exchange(m_changed, false); }

private:
    bool contains(const char *list, const QString &what) const;
    void append(const char *list, const QString &what);

    State &m_state;
    std::map<QString, OpenPage> m_pages;
    std::map<QString, CodeGrant> m_codes;
    std::map<QString, DeviceGrant> m_devices;
    std::map<QString, TimePoint> m_assertions;
    bool m_changed = false;
};

} // namespace causeway::sandbox
