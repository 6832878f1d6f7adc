// SPDX-License-Identifier: Apache-2.0
#include "sandbox/operations.h"
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>
#include <cmath>

namespace causeway::sandbox::postgresql {

QString serverPattern(const QString &below)
{
    return "/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.DBforPostgreSQL/flexibleServers/{name}"_t + below;
}

QString subscriptionPattern(const QString &below)
{
    return "/subscriptions/{s}/providers/Microsoft.DBforPostgreSQL"_t + below;
}

// --- finding ------------------------------------------------------------------------------------------------------------

QString serverIdOf(const QString &id)
{
    const QString marker = "/flexibleservers/"_t;
    const qsizetype start = id.toLower().indexOf(marker);
    if (start < 0)
        return id;
    const qsizetype end = id.indexOf(u'/', start + marker.size());
    return end < 0 ? id : id.left(end);
}

//! Whether a server shows itself while it is made is not documented (facts: switch).
bool isVisible(const State &state, const Resource &server)
{
    return textAt(server, "properties.state"_t) != "Provisioning"_t
        || state.setting("postgresqlVisibleWhileProvisioning"_t, true).toBool();
}

Resource *visibleServer(Call &call)
{
    Resource *server = call.state.find(serverIdOf(call.id));
    return server && isVisible(call.state, *server) ? server : nullptr;
}

Response parentNotFound(const QString &id)
{
    const QStringList names = id.mid(serverIdOf(id).size()).split(u'/', Qt::SkipEmptyParts);
    return Response::error(404, "ParentResourceNotFound"_t,
                           "Failed to perform 'write' on resource(s) of type 'flexibleServers/%1', because the parent resource "
                           "'%2' could not be found."_t.arg(names.value(0), serverIdOf(id)));
}

// --- JSON by dotted path ------------------------------------------------------------------------------------------------

QJsonValue at(const QJsonObject &object, const QString &path)
{
    QJsonValue value = object;
    for (const QString &name : path.split(u'.')) {
        if (!value.isObject())
            return QJsonValue(QJsonValue::Undefined);
        value = value.toObject().value(name);
    }
    return value;
}

void setAt(QJsonObject &object, const QString &path, const QJsonValue &value)
{
    const qsizetype dot = path.indexOf(u'.');
    if (dot < 0) {
        object.insert(path, value);
        return;
    }
    QJsonObject inner = object.value(path.left(dot)).toObject();
    setAt(inner, path.mid(dot + 1), value);
    object.insert(path.left(dot), inner);
}

// --- refusals -----------------------------------------------------------------------------------------------------------

Response missingParameter(const QString &name)
{
    return Response::error(400, "MissingRequiredParameter"_t,
                           "Parameter '%1' must be specified. This parameter cannot be NULL or empty."_t.arg(name));
}

Response outOfRange(const QString &name, const QString &allowed)
{
    return Response::error(400, "ParameterOutOfRange"_t,
                           "The value of the '%1' should be in: [%2]. Verify that the specified parameter value is correct."_t
                               .arg(name, allowed));
}

Response invalidValue(const QString &name, const QString &why)
{
    return Response::error(400, "InvalidParameterValue"_t,
                           "Invalid value given for parameter %1. Specify a valid parameter value."_t.arg(name)
                               + (why.isEmpty() ? QString() : u' ' + why),
                           name);
}

Response wrongType(const QString &path, const QString &type)
{
    return Response::error(400, "InvalidRequestContent"_t,
                           "The request content was invalid and could not be deserialized: 'Error converting value to type "
                           "'%1'. Path '%2'.'."_t.arg(type, path),
                           path);
}

Response notReady(const Call &call, const Resource &server, const QString &text)
{
    // "Sever Name" is how the service spells it.
    return Response::error(call.state.setting("postgresqlBusyStatus"_t, 409).toInt(), "ServerIsNotReady"_t,
                           "%1 Sever Name = %2, Current Server State = %3"_t.arg(text, server.name,
                                                                                  textAt(server, "properties.state"_t)));
}

Refusal busy(const Call &call, const Resource &server)
{
    const bool running = !server.hidden.value("operation"_t).toString().isEmpty();
    const auto until = TimePoint(Milliseconds(static_cast<qint64>(server.hidden.value("busyUntil"_t).toDouble())));
    if (!running && call.now >= until)
        return {};
    return Response::error(call.state.setting("postgresqlBusyStatus"_t, 409).toInt(), "ServerIsBusy"_t,
                           "Cannot complete operation while server '%1' is busy processing another operation. Try again later."_t
                               .arg(server.name));
}

Refusal notWritable(const Call &call, const Resource &server)
{
    if (Refusal refusal = busy(call, server))
        return refusal;
    if (textAt(server, "properties.state"_t) == "Ready"_t)
        return {};
    return notReady(call, server, "This operation can only be performed on Started servers."_t);
}

QJsonObject unexpected(State &state, const QString &text)
{
    const QString message = "An unexpected error occured while processing the request. Tracking ID: '%1'"_t.arg(state.newGuid());
    return {{"code"_t, "InternalServerError"_t}, {"message"_t, text.isEmpty() ? message : message + u' ' + text}};
}

// --- long-running operations --------------------------------------------------------------------------------------------

Response accept(Call &call, Resource &server, Work work)
{
    Operation &operation = call.state.startOperation(providerName(), work.target, call.now);
    operation.extra = {{"method"_t, QString::fromLatin1(call.request.method)}, {"httpStatus"_t, 500}};
    const QString id = operation.id;
    server.hidden.insert("operation"_t, id);
    work.arguments.insert("by"_t, call.request.principal);

    Transition transition;
    transition.due = call.now + work.after;
    transition.provider = providerName();
    transition.kind = work.kind;
    transition.target = work.target;
    transition.operation = id;
    transition.arguments = work.arguments;
    transition.waitsFor = work.waitsFor;
    call.state.schedule(std::move(transition));
    const QString location = "/subscriptions/%1/providers/Microsoft.DBforPostgreSQL/locations/%2/"_t.arg(
        call.subscription, shortLocation(textAt(server, "location"_t)));
    return Response::json(202, {{"operation"_t, work.operation}, {"startTime"_t, toText(call.now)}},
                          pollHeaders(call, location + "azureAsyncOperation/"_t + id, location + "operationResults/"_t + id, 60));
}

void conclude(World &world, const Transition &transition, TimePoint now, const Failure &failure)
{
    State &state = world.state();
    if (Operation *operation = state.operation(transition.operation)) {
        operation->status = failure ? "Failed"_t : "Succeeded"_t;
        operation->ended = now;
        operation->error = failure.value_or(QJsonObject());
    }
    Resource *server = state.find(serverIdOf(transition.target));
    if (server && server->hidden.value("operation"_t).toString() == transition.operation)
        server->hidden.remove("operation"_t);
}

Failure failureOf(State &state, const QJsonObject &outcome)
{
    if (outcome.isEmpty() || outcome.value("ok"_t).toBool())
        return {};
    return unexpected(state, outcome.value("message"_t).toString());
}

Milliseconds around(State &state, const QString &setting, int seconds, int spread)
{
    const auto drawn = static_cast<qint64>(state.random(static_cast<quint32>(2 * spread + 1)));
    return state.duration(setting, seconds) * (seconds - spread + drawn) / seconds;
}

QString objectIdOf(const Transition &transition)
{
    return transition.arguments.value("by"_t).toString();
}

static Response postgresqlOperationStatus(Call &call)
{
    return operationStatus(call, call.names.value(2), StatusShape::NameStatusStart, 60);
}

//! Location style: at the end the resource after PUT and PATCH, nothing after DELETE and POST.
static Response postgresqlOperationResult(Call &call)
{
    Operation *operation = call.state.operation(call.names.value(2));
    const Resource *resource = operation ? call.state.find(operation->resource) : nullptr;
    const bool wrote = operation && operation->extra.value("method"_t).toString().startsWith(u'P')
        && operation->extra.value("method"_t).toString() != "POST"_t;
    if (resource && wrote && operation->ended && operation->error.isEmpty())
        operation->result = resource->type == serversType() ? shown(call.state, *resource) : resource->body;
    return operationResult(call, call.names.value(2), 60, 204);
}

void addOperationRoutes(std::vector<Route> &routes)
{
    routes.push_back({"GET", subscriptionPattern("/locations/{loc}/azureAsyncOperation/{id}"_t),
                      "Microsoft.DBforPostgreSQL/locations/azureAsyncOperation/read"_t, postgresqlOperationStatus, false});
    routes.push_back({"GET", subscriptionPattern("/locations/{loc}/operationResults/{id}"_t),
                      "Microsoft.DBforPostgreSQL/locations/operationResults/read"_t, postgresqlOperationResult, false});
}

} // namespace causeway::sandbox::postgresql
