// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/interactivesignin.h"

#include "azure/auth/entraflow.h"

#include <QTimer>

namespace causeway {

namespace {

Result<> checkInteractive(const InteractiveRequest &request, const Result<Planes> &planes)
{
    if (!planes)
        return planes.error();
    if (!(planes->at(Plane::SignIn).origin == request.authority.origin))
        return Error::invalid(QStringLiteral("AuthorityForeign"), QStringLiteral("A sign-in goes to %1 only.").arg(request.cloud.authority), QStringLiteral("authority"));
    if (request.clientId.trimmed().isEmpty())
        return Error::invalid(QStringLiteral("ClientIdMissing"), QStringLiteral("No client id is set: register an application, or sign in with the Azure CLI."), QStringLiteral("clientId"));
    return {};
}

Error notInTime(Milliseconds patience)
{
    Error error;
    error.kind = ErrorKind::TimedOut;
    error.code = QStringLiteral("SignInTimedOut");
    error.message = QStringLiteral("Nobody finished the sign-in in the browser within %1 s.").arg(std::chrono::ceil<std::chrono::seconds>(patience).count());
    return error;
}

QnamOptions forTokens(QnamOptions network)
{
    network.transferTimeout = std::chrono::seconds(30);
    network.maxBody = 4 * 1024 * 1024; // tokens that are too long are named as such, endless answers are not read
    return network;
}

void showAddress(const InteractiveRequest &request, const QUrl &address)
{
    if (request.onAddress)
        request.onAddress(address);
    if (request.openBrowser)
        request.openBrowser(address); // false: the link is there to be copied
}

} // namespace

QCoro::Task<Result<TokenAnswer>> signInInteractively(InteractiveRequest request, QnamOptions network, Clock *clock, Context context)
{
    if (context.cancelled())
        co_return Error::cancelled();
    const Result<Planes> planes = signInPlanes(request.cloud);
    const Result<> valid = checkInteractive(request, planes);
    if (!valid)
        co_return valid.error();
    auto transport = std::make_shared<QnamTransport>(*planes, *clock, forTokens(network));
    auto flow = std::make_unique<EntraFlow>(request, std::move(transport));
    if (!flow->listen())
        co_return Error::internal(QStringLiteral("LoopbackTaken"), QStringLiteral("No port of this machine can be listened on for the browser's answer."));
    const Clock::Hold hold = clock->hold(); // a person is in flight
    const OneShot<Result<HttpResponse>> ended = flow->ended();
    QTimer patience; // the person's time is the wall's, also where a sandbox's runs faster
    patience.setSingleShot(true);
    QObject::connect(&patience, &QTimer::timeout, &patience, [ended, limit = request.patience] { ended.fire(notInTime(limit)); });
    patience.start(request.patience);
    showAddress(request, flow->start());
    OneShot<Result<HttpResponse>> waiting = ended;
    Result<HttpResponse> response = Error::cancelled();
    {
        const std::stop_callback onStop(context.stop, [ended] { ended.fire(Error::cancelled()); });
        response = co_await waiting.wait();
    }
    if (!response) {
        flow->conclude(false);
        co_return response.error();
    }
    Result<TokenAnswer> answer = parseTokenAnswer(*response, flow->expectation(), clock->now());
    flow->conclude(answer.ok());
    co_return answer;
}

} // namespace causeway
