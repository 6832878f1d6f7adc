// SPDX-License-Identifier: Apache-2.0
#include "main/stages.h"

#include "main/signedstage.h"
#include "main/signins.h"
#include "sandbox/host/serve.h"
#include "sandbox/postgres/ground.h"
#include "sandbox/worldfile.h"
#include "text/plain.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTemporaryDir>

namespace causeway {

namespace {

const QString kept = QStringLiteral("kept");
const QString fresh = QStringLiteral("fresh");

QJsonObject shippedWorld(const QString &name)
{
    QFile file(QStringLiteral(":/causeway/worlds/%1.json").arg(name));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

bool isUrl(const QString &text)
{
    return text.startsWith(QLatin1String("http://"), Qt::CaseInsensitive) || text.startsWith(QLatin1String("https://"), Qt::CaseInsensitive);
}

QString shortHash(const QString &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(12));
}

//! Subscriptions of the world that are nobody's marked ones, by GUID and by name.
bool holds(const sandbox::State &state, const QString &subscription)
{
    for (const sandbox::Subscription &each : state.subscriptions) {
        const bool named = each.id.compare(subscription, Qt::CaseInsensitive) == 0 || each.displayName.compare(subscription, Qt::CaseInsensitive) == 0;
        if (named && (!isMarked(each.id) || isMarked(subscription)))
            return true;
    }
    return false;
}

bool holdsAll(const sandbox::State &state, const SetupSpec &spec)
{
    const QStringList all = subscriptionsIn(spec);
    return std::all_of(all.cbegin(), all.cend(), [&](const QString &each) { return holds(state, each); });
}

Error noWorldFile(const QString &world)
{
    return Error::invalid(QStringLiteral("WorldNotRead"), QStringLiteral("\"%1\" is no world file. Allowed: --sandbox, --sandbox=fresh, --sandbox=FILE, --sandbox=http://127.0.0.1:PORT.").arg(plainText(world)), QStringLiteral("--sandbox"));
}

Result<sandbox::State> firstState(const QString &world)
{
    if (world == kept || world == fresh) {
        QString complaint;
        auto state = sandbox::stateFromWorld(shippedWorld(QStringLiteral("default")), &complaint);
        if (!state)
            return Error::internal(QStringLiteral("WorldNotRead"), complaint);
        return std::move(*state);
    }
    if (!QFileInfo(world).isFile())
        return noWorldFile(world);
    return sandbox::readWorld(world);
}

Result<std::pair<GrownWorld, sandbox::State>> grow(const SetupSpec &spec)
{
    GrownWorld grown = growWorld(spec, shippedWorld(QStringLiteral("default")));
    QString complaint;
    auto state = sandbox::stateFromWorld(grown.world, &complaint);
    if (!state)
        return Error::internal(QStringLiteral("WorldNotGrown"), complaint);
    return std::pair(std::move(grown), std::move(*state));
}

Error noSuchUser(const sandbox::Sandbox &box, const QString &user)
{
    QStringList names;
    box.visit([&names](sandbox::World &world) {
        for (const sandbox::Principal &each : world.state().principals) {
            if (each.kind == QLatin1String("User") && each.home.isEmpty())
                names << each.userPrincipalName;
        }
    });
    return Error::invalid(QStringLiteral("UserUnknown"), QStringLiteral("This world has no user \"%1\"; there are %2.").arg(plainText(user), names.mid(0, 12).join(QStringLiteral(", "))), QStringLiteral("--as"));
}

} // namespace

QString stateFolder()
{
    const QString given = qEnvironmentVariable("XDG_STATE_HOME"); // Qt names this place since 6.7 only
    const QString base = given.startsWith(QLatin1Char('/')) ? given : QDir::homePath() + QStringLiteral("/.local/state");
    return base + QStringLiteral("/causeway");
}

QString sandboxFolder(const QString &world)
{
    if (world == fresh)
        return {};
    const QString name = world == kept ? QStringLiteral("sandbox") : QStringLiteral("sandbox-") + shortHash(QFileInfo(world).absoluteFilePath());
    return stateFolder() + QLatin1Char('/') + name;
}

Result<EmbeddedSandbox> embedSandbox(EmbeddedOptions options)
{
    EmbeddedSandbox made;
    made.stateFolder = sandboxFolder(options.world);
    auto state = firstState(options.world);
    if (!state)
        return state.error();
    std::optional<sandbox::State> grownState;
    if (options.setup && !subscriptionsIn(*options.setup).isEmpty() && !holdsAll(*state, *options.setup)) {
        auto both = grow(*options.setup);
        if (!both)
            return both.error();
        made.grown = std::move(both->first);
        grownState = std::move(both->second);
    }
    sandbox::Sandbox::Options parts;
    parts.clock = options.clock;
    parts.stateFolder = made.stateFolder;
    parts.world = made.stateFolder.isEmpty() && grownState ? *grownState : std::move(*state);
    made.sandbox = std::make_unique<sandbox::Sandbox>(std::move(parts));
    auto started = made.sandbox->start();
    if (!started)
        return started.error();
    QString user = !options.user.isEmpty() ? options.user : made.grown ? made.grown->owner : QString();
    if (grownState)
        made.sandbox->join(*grownState);
    made.sandbox->visit([&](sandbox::World &world) {
        const auto &all = world.state().principals;
        const auto found = std::find_if(all.cbegin(), all.cend(), [&](const sandbox::Principal &each) {
            return user.isEmpty() || each.userPrincipalName.compare(user, Qt::CaseInsensitive) == 0 || each.objectId.compare(user, Qt::CaseInsensitive) == 0;
        });
        if (found != all.cend()) {
            made.user = found->userPrincipalName;
            made.tenant = found->tenant;
        }
    });
    if (made.user.isEmpty())
        return noSuchUser(*made.sandbox, user);
    return made;
}

Result<std::optional<GrownWorld>> growInto(const sandbox::Sandbox &box, const SetupSpec &spec)
{
    bool there = false;
    box.visit([&](sandbox::World &world) { there = holdsAll(world.state(), spec); });
    if (there)
        return std::optional<GrownWorld>();
    auto both = grow(spec);
    if (!both)
        return both.error();
    box.join(both->second);
    return std::optional<GrownWorld>(std::move(both->first));
}

namespace {

//! Where the journal lies; empty for a world that is thrown away.
QString journalFolder(const StageOptions &options)
{
    if (!options.sandbox)
        return stateFolder() + (options.armEndpoint.isEmpty() ? QString() : QStringLiteral("/endpoint-") + shortHash(options.armEndpoint));
    return isUrl(*options.sandbox) ? stateFolder() + QStringLiteral("/served-") + shortHash(*options.sandbox) : sandboxFolder(*options.sandbox);
}

//! Words alone tell where the journal lies: nobody signs in, no world is started.
Result<std::unique_ptr<Stage>> journalStage(const StageOptions &options)
{
    const QString world = options.sandbox.value_or(kept);
    if (world != kept && world != fresh && !isUrl(world) && !QFileInfo(world).isFile())
        return noWorldFile(world);
    Stage::Parts parts;
    parts.clock = std::make_shared<SystemClock>();
    parts.cloud = clouds().first();
    parts.stateFolder = journalFolder(options);
    return Stage::make(std::move(parts));
}

//! What an embedded sandbox and its client stand on, in the order in which they come.
struct EmbeddedGround {
    std::shared_ptr<VirtualClock> clock;
    std::unique_ptr<QTemporaryDir> thrownAway;
    EmbeddedSandbox embedded;
};

Result<Stage::Parts> embeddedParts(const StageOptions &options)
{
    auto ground = std::make_shared<EmbeddedGround>();
    const QString folder = sandboxFolder(*options.sandbox);
    const TimePoint now = wallNow();
    ground->clock = std::make_shared<VirtualClock>(folder.isEmpty() ? now : std::max(now, sandbox::Sandbox::savedTime(folder).value_or(now)));
    EmbeddedOptions how;
    how.world = *options.sandbox;
    how.user = options.user;
    how.setup = options.setup;
    how.clock = ground->clock.get();
    auto embedded = embedSandbox(std::move(how));
    if (!embedded)
        return embedded.error();
    ground->embedded = std::move(*embedded);
    const sandbox::Sandbox *box = ground->embedded.sandbox.get();
    Stage::Parts parts;
    parts.clock = ground->clock;
    parts.cloud = cloudAt(QStringLiteral("sandbox"), box->arm());
    parts.credential = box->credential(ground->embedded.user); // unless somebody wants to sign in
    parts.caFile = box->caFile();
    parts.user = ground->embedded.user;
    parts.tenant = ground->embedded.tenant;
    parts.sandbox = true;
    parts.kept = !folder.isEmpty();
    parts.grown = ground->embedded.grown;
    parts.stateFolder = folder;
    if (folder.isEmpty()) {
        ground->thrownAway = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/causeway-run-XXXXXX"));
        parts.stateFolder = ground->thrownAway->path();
        sandbox::markAsOurs(parts.stateFolder); // swept by the next one if this process is killed
    }
    parts.ledger = [box] {
        QJsonArray all;
        for (const sandbox::LedgerEntry &each : box->ledger())
            all.append(QJsonObject{{QStringLiteral("id"), each.resource}, {QStringLiteral("effect"), each.effect}, {QStringLiteral("at"), toText(each.at)}, {QStringLiteral("by"), each.by}});
        return all;
    };
    parts.world = std::move(ground);
    return parts;
}

//! With --auth, or to sign in with a command of its own, people sign in to a sandbox as they do to Azure: by its authority.
bool signsIn(const StageOptions &options)
{
    return !options.auth.isEmpty() || options.signInOnly;
}

//! The rest of it, for parts that stand on a sandbox.
QCoro::Task<Result<std::unique_ptr<Stage>>> signedSandbox(std::shared_ptr<Stage::Parts> parts, StageOptions options, Context context)
{
    parts->credential.reset();
    Stage::Parts *const filled = parts.get();
    const bool sandbox = true;
    const bool lasts = parts->kept;
    if (options.auth != QLatin1String("none")) {
        const Result<> prepared = co_await prepareSignIn(filled, options, sandbox, lasts, context);
        if (!prepared)
            co_return prepared.error();
    }
    if (options.auth != QLatin1String("none") && !options.signInOnly) {
        const Result<> signedIn = co_await signInAs(filled, options, context);
        if (!signedIn)
            co_return signedIn.error();
    }
    co_return Stage::make(std::move(*parts));
}

QCoro::Task<Result<std::unique_ptr<Stage>>> embeddedStage(StageOptions options, Context context)
{
    auto made = embeddedParts(options);
    if (!made)
        co_return made.error();
    if (!signsIn(options))
        co_return Stage::make(std::move(*made));
    const auto parts = std::make_shared<Stage::Parts>(std::move(*made));
    Result<std::unique_ptr<Stage>> stage = co_await signedSandbox(parts, options, context);
    co_return stage;
}

//! "sandbox serve" in another process: a token from its managed-identity endpoint, as on a host in Azure.
QCoro::Task<Result<std::unique_ptr<Stage>>> servedStage(StageOptions options, Context context)
{
    Stage::Parts parts;
    parts.clock = std::make_shared<SystemClock>();
    parts.cloud = cloudAt(QStringLiteral("sandbox"), *options.sandbox);
    parts.caFile = qEnvironmentVariable("CAUSEWAY_CA");
    const auto planes = parts.cloud.planes();
    if (!planes)
        co_return planes.error();
    if (!planes->at(Plane::Arm).origin.isLoopback())
        co_return Error::invalid(QStringLiteral("SandboxNotLoopback"), QStringLiteral("A sandbox is at 127.0.0.1; \"%1\" is not. For another endpoint there is --endpoint arm=URL.").arg(plainText(*options.sandbox)), QStringLiteral("--sandbox"));
    parts.sandbox = true;
    parts.stateFolder = journalFolder(options);
    if (signsIn(options)) {
        const auto shared = std::make_shared<Stage::Parts>(std::move(parts));
        Result<std::unique_ptr<Stage>> stage = co_await signedSandbox(shared, options, context);
        co_return stage;
    }
    auto credential = std::make_unique<ServedCredential>(*planes, *parts.clock, parts.caFile, options.user);
    const QString scope = parts.cloud.scope;
    const Result<AccessToken> token = co_await credential->token(scope, context);
    if (!token) {
        Error error = token.error();
        if (error.code.startsWith(QLatin1String("Tls")) && parts.caFile.isEmpty())
            error.message += QStringLiteral(". Set CAUSEWAY_CA to the \"ca\" of the ready line");
        co_return error;
    }
    const TokenClaims claims = claimsOf(token->token);
    parts.user = plainText(claims.user, 120);
    parts.tenant = claims.tenant;
    parts.credential = std::move(credential);
    Result<std::unique_ptr<Stage>> stage = Stage::make(std::move(parts));
    co_return stage;
}

} // namespace

std::optional<Error> sandboxIdsIn(const SetupSpec &spec)
{
    QStringList shipped;
    for (const QString &name : {QStringLiteral("default"), QStringLiteral("contoso")}) {
        for (const QJsonValue &each : shippedWorld(name)[QLatin1String("subscriptions")].toArray())
            shipped << each[QLatin1String("id")].toString();
    }
    for (const QString &each : subscriptionsIn(spec)) {
        if (isMarked(each) || shipped.contains(each, Qt::CaseInsensitive))
            return Error::invalid(QStringLiteral("SandboxId"), QStringLiteral("Subscription %1 is one of a sandbox and is never sent to Azure. Add --sandbox, or put your own subscription into the setup.").arg(each), QStringLiteral("subscription"));
    }
    return std::nullopt;
}

namespace {

//! The endpoint that was named, the setup's cloud, or the one in the settings. A cloud of one's own is not in a setup's words.
Result<CloudProfile> liveCloud(const StageOptions &options)
{
    if (!options.armEndpoint.isEmpty())
        return cloudAt(QStringLiteral("endpoint"), options.armEndpoint);
    const SignInSettings settings = loadSignInSettings();
    if (options.setup && settings.cloud != QLatin1String("custom"))
        return profileOf(options.setup->cloud);
    return settings.profile();
}

QCoro::Task<Result<std::unique_ptr<Stage>>> liveStage(StageOptions options, Context context)
{
    if (options.setup) {
        if (const auto refused = sandboxIdsIn(*options.setup))
            co_return *refused;
    }
    Stage::Parts parts;
    parts.clock = std::make_shared<SystemClock>();
    const auto cloud = liveCloud(options);
    if (!cloud)
        co_return cloud.error();
    parts.cloud = *cloud;
    parts.caFile = qEnvironmentVariable("CAUSEWAY_CA");
    parts.stateFolder = journalFolder(options);
    const auto planes = parts.cloud.planes();
    if (!planes)
        co_return planes.error();
    if (options.auth == QLatin1String("none")) {
        if (!planes->at(Plane::Arm).origin.isLoopback())
            co_return Error::invalid(QStringLiteral("AuthNoneNotLoopback"), QStringLiteral("--auth none sends no token and is for loopback only; %1 is elsewhere.").arg(parts.cloud.armOrigin), QStringLiteral("--auth"));
        co_return Stage::make(std::move(parts));
    }
    const auto shared = std::make_shared<Stage::Parts>(std::move(parts));
    Stage::Parts *const filled = shared.get();
    const bool sandbox = false;
    const bool lasts = true;
    const Result<> prepared = co_await prepareSignIn(filled, options, sandbox, lasts, context);
    if (!prepared)
        co_return prepared.error();
    if (!options.signInOnly) {
        const Result<> signedIn = co_await signInAs(filled, options, context);
        if (!signedIn)
            co_return signedIn.error();
    }
    co_return Stage::make(std::move(*shared));
}

} // namespace

QCoro::Task<Result<std::unique_ptr<Stage>>> makeStage(StageOptions options, Context context)
{
    if (options.journalOnly)
        co_return journalStage(options);
    if (!options.sandbox) {
        Result<std::unique_ptr<Stage>> live = co_await liveStage(options, context);
        co_return live;
    }
    if (isUrl(*options.sandbox)) {
        Result<std::unique_ptr<Stage>> served = co_await servedStage(options, context);
        co_return served;
    }
    Result<std::unique_ptr<Stage>> embedded = co_await embeddedStage(options, context);
    co_return embedded;
}

} // namespace causeway
