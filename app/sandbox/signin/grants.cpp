// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/grants.h"

#include <QJsonDocument>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <QUuid>

namespace causeway::sandbox {

static constexpr auto unpadded = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
static constexpr size_t mostGrants = 1000; // of a kind; nobody signs in so often in a quarter of an hour

static QByteArray randomBytes(int words)
{
    QByteArray bytes(words * 4, '\0');
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(bytes.data()), words);
    return bytes;
}

static QString unguessable()
{
    return QString::fromLatin1(randomBytes(12).toBase64(unpadded));
}

//! Forgets what is too old, and everything when somebody floods us.
template <class Value, class Life>
static void makeRoom(std::map<QString, Value> &all, TimePoint now, Life life)
{
    std::erase_if(all, [&](const auto &entry) { return entry.second.issued + life < now; });
    if (all.size() >= mostGrants)
        all.clear();
}

Grants::Grants(State &state) : m_state(state)
{
    if (!m_state.signIn.contains(QLatin1String("tokenSecret"))) // "secret": sealed in the world's file
        m_state.signIn.insert(QStringLiteral("tokenSecret"), QString::fromLatin1(randomBytes(8).toBase64()));
}

QByteArray Grants::key(const char *purpose) const
{
    const QByteArray secret = QByteArray::fromBase64(m_state.signIn.value(QLatin1String("tokenSecret")).toString().toLatin1());
    return QMessageAuthenticationCode::hash(purpose, secret, QCryptographicHash::Sha256);
}

// --- pages, codes, device codes ---------------------------------------------------------------------------------------

QString Grants::open(OpenPage page, TimePoint now)
{
    makeRoom(m_pages, now, pageLife);
    page.issued = now;
    const QString handle = unguessable();
    m_pages.emplace(handle, std::move(page));
    return handle;
}

std::optional<OpenPage> Grants::close(const QString &handle, TimePoint now)
{
    auto found = m_pages.extract(handle);
    if (!found || found.mapped().issued + pageLife < now)
        return std::nullopt;
    return std::move(found.mapped());
}

QString Grants::issue(CodeGrant code, TimePoint now)
{
    makeRoom(m_codes, now, 2 * codeLife); // long enough to say that it has expired
    code.issued = now;
    const QString text = QStringLiteral("1.A") + unguessable();
    m_codes.emplace(text, std::move(code));
    return text;
}

CodeGrant *Grants::code(const QString &text)
{
    const auto found = m_codes.find(text);
    return found == m_codes.end() ? nullptr : &found->second;
}

QString Grants::issue(DeviceGrant device, TimePoint now)
{
    makeRoom(m_devices, now, 2 * deviceLife);
    device.issued = now;
    static constexpr char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // nothing that looks like something else
    for (int i = 0; i < 9; ++i)
        device.userCode += QLatin1Char(letters[QRandomGenerator::system()->bounded(32)]);
    const QString deviceCode = QStringLiteral("DA") + unguessable();
    m_devices.emplace(deviceCode, std::move(device));
    return deviceCode;
}

DeviceGrant *Grants::device(const QString &deviceCode)
{
    const auto found = m_devices.find(deviceCode);
    return found == m_devices.end() ? nullptr : &found->second;
}

DeviceGrant *Grants::deviceByUserCode(const QString &typed, TimePoint now)
{
    const QString code = QString(typed).remove(QLatin1Char(' ')).remove(QLatin1Char('-')).toUpper();
    for (auto &[deviceCode, device] : m_devices) {
        if (device.userCode == code && device.issued + deviceLife >= now && device.decision == DeviceGrant::Decision::Open)
            return &device;
    }
    return nullptr;
}

// --- refresh tokens -----------------------------------------------------------------------------------------------------

QString Grants::refreshToken(const Grant &grant, TimePoint now) const
{
    const QJsonObject carried{{QStringLiteral("p"), grant.person}, {QStringLiteral("t"), grant.tenant}, {QStringLiteral("c"), grant.client},
                              {QStringLiteral("r"), grant.scope}, {QStringLiteral("s"), grant.session}, {QStringLiteral("m"), grant.secondFactor},
                              {QStringLiteral("b"), double(grant.since.time_since_epoch().count())}, {QStringLiteral("i"), double(now.time_since_epoch().count())},
                              {QStringLiteral("u"), QUuid::createUuid().toString(QUuid::Id128)}};
    const QByteArray text = "1.A" + QJsonDocument(carried).toJson(QJsonDocument::Compact).toBase64(unpadded);
    const QByteArray mac = QMessageAuthenticationCode::hash(text, key("refresh tokens"), QCryptographicHash::Sha256).toBase64(unpadded);
    return QString::fromLatin1(text + '.' + mac);
}

StsResult<Grants::Refresh> Grants::read(const QString &refreshToken, TimePoint now) const
{
    const QByteArray whole = refreshToken.toLatin1();
    const qsizetype dot = whole.lastIndexOf('.');
    const QByteArray text = whole.left(dot);
    const QByteArray mac = QMessageAuthenticationCode::hash(text, key("refresh tokens"), QCryptographicHash::Sha256).toBase64(unpadded);
    if (dot < 3 || !Secret(mac).equals(Secret(whole.mid(dot + 1))))
        return stsFailure(9002313, {}, {{QStringLiteral("error"), QStringLiteral("invalid_grant")}, {QStringLiteral("suberror"), QStringLiteral("bad_token")}});
    const QJsonObject carried = QJsonDocument::fromJson(QByteArray::fromBase64(text.mid(3), unpadded)).object();
    const auto word = [&](const char *name) { return carried.value(QLatin1String(name)).toString(); };
    const auto time = [&](const char *name) { return TimePoint(Milliseconds(qint64(carried.value(QLatin1String(name)).toDouble()))); };
    Refresh refresh{{word("p"), word("t"), word("c"), word("r"), word("s"), carried.value(QLatin1String("m")).toBool(), time("b")}, word("u"), time("i")};
    if (refresh.issued + refreshLife < now)
        return stsFailure(700082, {toText(refresh.issued)});
    if (contains("endedSessions", refresh.grant.session))
        return stsFailure(50173, {toText(refresh.issued), toText(now)});
    return refresh;
}

bool Grants::spend(const Refresh &refresh)
{
    const bool again = contains("spentRefreshes", refresh.id);
    append(again ? "endedSessions" : "spentRefreshes", again ? refresh.grant.session : refresh.id);
    return !again;
}

// --- what a kept world remembers ----------------------------------------------------------------------------------------

bool Grants::contains(const char *list, const QString &what) const
{
    return m_state.signIn.value(QLatin1String(list)).toArray().contains(what);
}

void Grants::append(const char *list, const QString &what)
{
    QJsonArray all = m_state.signIn.value(QLatin1String(list)).toArray();
    all.append(what);
    while (all.size() > qsizetype(mostGrants))
        all.removeFirst();
    m_state.signIn.insert(QLatin1String(list), all);
    m_changed = true;
}

bool Grants::consented(const QString &client, const QString &person) const
{
    return contains("consents", client + QLatin1Char(' ') + person);
}

void Grants::consent(const QString &client, const QString &person)
{
    if (!consented(client, person))
        append("consents", client + QLatin1Char(' ') + person);
}

bool Grants::firstUse(const QString &assertionId, TimePoint now, TimePoint expires)
{
    std::erase_if(m_assertions, [&](const auto &entry) { return entry.second < now; });
    return m_assertions.emplace(assertionId, expires).second;
}

} // namespace causeway::sandbox
