// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

namespace datafactory {

// Names and lengths: the patterns of the service's OpenAPI description.
static constexpr auto plainName = "^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$";
static constexpr auto underscoredName = "^([_A-Za-z0-9]|([_A-Za-z0-9][-_A-Za-z0-9]{0,125}[_A-Za-z0-9]))$";

const ChildType factoryNames{"factories", "Factory", plainName, 3, 63};
const ChildType managedNetworks{"managedvirtualnetworks", "ManagedVirtualNetwork", underscoredName, 1, 127};
const ChildType managedEndpoints{"managedprivateendpoints", "ManagedPrivateEndpoint", underscoredName, 1, 127};
const ChildType runtimes{"integrationruntimes", "IntegrationRuntime", plainName, 3, 63};
const ChildType credentials{"credentials", "Credential", underscoredName, 1, 127};
const ChildType linkedServices{"linkedservices", "LinkedService", R"(^[A-Za-z0-9_][^<>*#.%&:\\+?/]*$)", 1, 260};

// --- JSON ---------------------------------------------------------------------------------------

QString word(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toString();
}

QJsonObject part(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toObject();
}

qint64 ticks(TimePoint time)
{
    return time.time_since_epoch().count();
}

TimePoint fromTicks(const QJsonValue &value)
{
    return TimePoint(Milliseconds(qint64(value.toDouble())));
}

QString longTime(TimePoint time)
{
    QString text = toText(time);
    text.chop(1);
    return text + QStringLiteral("0000Z");
}

// --- ids and look-up ----------------------------------------------------------------------------

QString factoryType()
{
    return QStringLiteral("Microsoft.DataFactory/factories");
}

QString typeOf(const ChildType &type)
{
    const QString above = &type == &managedEndpoints ? typeOf(managedNetworks) : factoryType();
    return above + QLatin1Char('/') + QLatin1String(type.segment);
}

QString factoryIdOf(const Call &call)
{
    const QString sent = QStringLiteral("/subscriptions/%1/resourceGroups/%2/providers/%3/%4")
                             .arg(call.names.value(0), call.names.value(1), factoryType(), call.names.value(2));
    const Resource *known = std::as_const(call.state).find(sent);
    return known ? known->id : sent;
}

QString childIdOf(const QString &parent, const ChildType &type, const QString &name)
{
    return parent + QLatin1Char('/') + QLatin1String(type.segment) + QLatin1Char('/') + name;
}

const Resource *childOf(const State &state, const QString &parent, const ChildType &type, const QString &name)
{
    return state.find(childIdOf(parent, type, name));
}

// --- answers ------------------------------------------------------------------------------------

Response badRequest(const QString &message)
{
    return Response::error(400, QStringLiteral("BadRequest"), message);
}

Response invalidResource(const ChildType &type, const QString &name, const QString &reason)
{
    // The wording of the duplicate endpoint's error (Azure-DataFactory issue 250).
    const QString text = QStringLiteral("Invalid resource request. Resource type: '%1', Resource name: '%2' 'Error: %3'.");
    return Response::error(400, QStringLiteral("InvalidResourceRequest"), text.arg(QLatin1String(type.entity), name, reason));
}

Response invalidReference(const QString &name)
{
    return badRequest(QStringLiteral("The document creation or update failed because of invalid reference '%1'.").arg(name));
}

Response missing()
{
    return Response::error(404, QStringLiteral("EntityNotFound"),
                           QStringLiteral("The document could not be retrieved because it does not exist."));
}

std::optional<Response> withoutFactory(const Call &call)
{
    if (std::as_const(call.state).find(factoryIdOf(call)))
        return std::nullopt;
    const QString text = QStringLiteral("The Resource '%1/%2' under resource group '%3' was not found. For more details please go to "
                                        "https://aka.ms/ARMResourceNotFoundFix");
    return Response::error(404, QStringLiteral("ResourceNotFound"), text.arg(factoryType(), call.names.value(2), call.names.value(1)));
}

std::optional<Response> badName(const ChildType &type, const QString &name)
{
    const QRegularExpression pattern{QLatin1String(type.pattern)};
    if (name.size() >= type.shortest && name.size() <= type.longest && pattern.match(name).hasMatch())
        return std::nullopt;
    const QString text = QStringLiteral("The name '%1' is not allowed. It must have %2 to %3 characters and match the pattern %4");
    return invalidResource(type, name, text.arg(name).arg(type.shortest).arg(type.longest).arg(QLatin1String(type.pattern)));
}

static QString bareTag(QString tag)
{
    return tag.remove(QLatin1Char('"')).trimmed();
}

static QString tagOf(const Resource &resource)
{
    const QString tag = word(resource.body, "eTag");
    return bareTag(tag.isEmpty() ? word(resource.body, "etag") : tag);
}

std::optional<Response> unmatched(const Call &call, const Resource *existing)
{
    const QString wanted = bareTag(QString::fromLatin1(call.request.header("if-match")));
    if (wanted.isEmpty() || (existing && (wanted == QLatin1String("*") || wanted == tagOf(*existing))))
        return std::nullopt;
    return Response::error(412, QStringLiteral("PreconditionFailed"),
                           QStringLiteral("The condition '%1' in the If-Match header was not satisfied.").arg(wanted));
}

std::optional<Response> networkUnregistered(const Call &call)
{
    const QString network = QStringLiteral("Microsoft.Network");
    const Subscription *subscription = std::as_const(call.state).subscription(call.names.value(0));
    if (!subscription || subscription->registrations.value(network, QStringLiteral("NotRegistered")) == QLatin1String("Registered"))
        return std::nullopt;
    const QString code = QStringLiteral("MissingSubscriptionRegistration");
    const QString text = QStringLiteral("The subscription is not registered to use namespace '%1'. See https://aka.ms/rps-not-found for "
                                        "how to register subscriptions.").arg(network);
    const QJsonObject detail{{QStringLiteral("code"), code}, {QStringLiteral("target"), network}, {QStringLiteral("message"), text}};
    return Response::error(409, code, text, {}, QJsonArray{detail});
}

Response shown(const Call &call, const Resource &resource)
{
    const QString known = bareTag(QString::fromLatin1(call.request.header("if-none-match")));
    if (call.request.method == "GET" && !known.isEmpty() && known == tagOf(resource))
        return Response::empty(304);
    return Response::json(200, resource.body);
}

Response listed(Call &call, const QString &scope, const QString &type)
{
    QJsonArray items;
    for (const Resource *resource : std::as_const(call.state).list(scope, type))
        items.append(resource->body);
    return call.world.page(call, items);
}

// --- writing ------------------------------------------------------------------------------------

QString newEntityTag(State &state, TimePoint now)
{
    // "0a0062d4-0000-0100-0000-5b245bcf0000": a serial number and the second of the change.
    const auto seconds = quint32(ticks(now) / 1000);
    return QStringLiteral("%1-0000-0100-0000-%2%3")
        .arg(state.random(0xffffffff), 8, 16, QLatin1Char('0'))
        .arg(seconds, 8, 16, QLatin1Char('0'))
        .arg(0, 4, 16, QLatin1Char('0'));
}

Resource &putChild(Call &call, const QString &parent, const ChildType &type, const QString &name, const QJsonObject &properties,
                   const QJsonObject &hidden)
{
    const Resource *known = childOf(call.state, parent, type, name);
    const bool isNew = known == nullptr;
    Resource child;
    child.id = isNew ? childIdOf(parent, type, name) : known->id;
    child.name = isNew ? name : known->name;
    child.type = typeOf(type);
    child.hidden = hidden;
    child.body = {{QStringLiteral("id"), child.id},
                  {QStringLiteral("name"), child.name},
                  {QStringLiteral("type"), child.type},
                  {QStringLiteral("properties"), properties},
                  {QStringLiteral("etag"), newEntityTag(call.state, call.now)}};
    call.state.record(child.id, isNew ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return call.state.put(std::move(child));
}

Response removeChild(Call &call, const QString &id)
{
    if (!call.state.remove(id))
        return Response::empty(204);
    call.state.record(id, QStringLiteral("deleted"), call.now, call.request.principal);
    return Response::empty(200);
}

static bool refersTo(const QJsonValue &value, const QString &referenceType, const QString &name)
{
    const auto within = [&](const QJsonValue &inner) { return refersTo(inner, referenceType, name); };
    if (value.isArray()) {
        const QJsonArray items = value.toArray();
        return std::any_of(items.begin(), items.end(), within);
    }
    const QJsonObject object = value.toObject();
    if (word(object, "type") == referenceType && word(object, "referenceName").compare(name, Qt::CaseInsensitive) == 0)
        return true;
    return std::any_of(object.begin(), object.end(), within);
}

QString referrer(const State &state, const QString &factory, const QString &referenceType, const QString &name)
{
    for (const Resource *resource : state.below(factory)) {
        if (refersTo(resource->body.value(QLatin1String("properties")), referenceType, name))
            return resource->name;
    }
    return {};
}

} // namespace datafactory

// --- the provider -------------------------------------------------------------------------------

class DataFactoryProvider final : public Provider
{
public:
    [[nodiscard]] QString name() const override { return QStringLiteral("Microsoft.DataFactory"); }
    [[nodiscard]] QStringList apiVersions(const QString &type) const override;
    [[nodiscard]] QStringList resourceTypes() const override;
    [[nodiscard]] std::vector<Route> routes() override;
    void apply(const Transition &transition, World &world, TimePoint now) override;
    void removed(const Resource &resource, World &world, TimePoint now) override;
};

QStringList DataFactoryProvider::apiVersions(const QString &type) const
{
    // 2017-09-01-preview knew neither managed networks nor credentials; old scripts still test connections with it.
    const bool recent = type.contains(QLatin1String("managed"), Qt::CaseInsensitive) || type.contains(QLatin1String("credentials"), Qt::CaseInsensitive);
    const QString stable = QStringLiteral("2018-06-01");
    return recent ? QStringList{stable} : QStringList{stable, QStringLiteral("2017-09-01-preview")};
}

QStringList DataFactoryProvider::resourceTypes() const
{
    return {QStringLiteral("factories"),
            QStringLiteral("factories/managedVirtualNetworks"),
            QStringLiteral("factories/managedVirtualNetworks/managedPrivateEndpoints"),
            QStringLiteral("factories/integrationRuntimes"),
            QStringLiteral("factories/credentials"),
            QStringLiteral("factories/linkedservices")};
}

std::vector<Route> DataFactoryProvider::routes()
{
    const QString subscription = QStringLiteral("/subscriptions/{subscription}/");
    const QString factory = subscription + QStringLiteral("resourceGroups/{group}/providers/Microsoft.DataFactory/factories/{factory}");
    std::vector<Route> routes;
    for (const auto &rows : {datafactory::factoryRoutes(), datafactory::networkRoutes(), datafactory::runtimeRoutes(),
                             datafactory::artifactRoutes(), datafactory::connectivityRoutes()}) {
        for (const datafactory::RouteRow &row : rows) {
            const QString tail = QLatin1String(row.tail);
            Route route;
            route.method = row.method;
            route.pattern = tail.startsWith(QLatin1Char('^')) ? subscription + tail.mid(1) : factory + tail;
            route.action = QStringLiteral("Microsoft.DataFactory/factories/") + QLatin1String(row.action);
            route.handler = row.handler;
            route.checkLocks = row.checkLocks;
            routes.push_back(std::move(route));
        }
    }
    return routes;
}

void DataFactoryProvider::apply(const Transition &transition, World &world, TimePoint now)
{
    if (!datafactory::applyToNetwork(transition, world, now))
        datafactory::applyToRuntime(transition, world, now);
}

void DataFactoryProvider::removed(const Resource &resource, World &world, TimePoint now)
{
    if (resource.type == datafactory::typeOf(datafactory::managedEndpoints))
        datafactory::endpointRemoved(resource, world, now);
    else if (resource.type == datafactory::factoryType())
        datafactory::factoryRemoved(resource, world.state());
}

std::unique_ptr<Provider> makeDataFactoryProvider()
{
    return std::make_unique<DataFactoryProvider>();
}

} // namespace causeway::sandbox
