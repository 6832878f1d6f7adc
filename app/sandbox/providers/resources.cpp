// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/resources.h"

namespace causeway::sandbox {

namespace {

class ResourcesProvider final : public Provider
{
public:
    QString name() const override { return QStringLiteral("Microsoft.Resources"); }

    QStringList apiVersions(const QString &type) const override
    {
        static const QStringList directory{QStringLiteral("2022-12-01"), QStringLiteral("2022-09-01"), QStringLiteral("2021-04-01"),
                                           QStringLiteral("2021-01-01"), QStringLiteral("2020-01-01"), QStringLiteral("2019-11-01"),
                                           QStringLiteral("2019-06-01"), QStringLiteral("2018-06-01"), QStringLiteral("2016-06-01"),
                                           QStringLiteral("2015-01-01")};
        static const QStringList plane{QStringLiteral("2025-04-01"), QStringLiteral("2024-11-01"), QStringLiteral("2024-07-01"), QStringLiteral("2024-03-01"),
                                       QStringLiteral("2023-07-01"), QStringLiteral("2022-09-01"), QStringLiteral("2021-04-01"), QStringLiteral("2021-01-01"),
                                       QStringLiteral("2020-10-01"), QStringLiteral("2020-06-01"), QStringLiteral("2019-10-01"), QStringLiteral("2019-08-01"),
                                       QStringLiteral("2019-05-01"), QStringLiteral("2018-05-01"), QStringLiteral("2017-05-10"), QStringLiteral("2016-09-01")};
        const QString lower = type.toLower();
        const bool ofDirectory =
            lower == QLatin1String("tenants") || lower == QLatin1String("subscriptions") || lower == QLatin1String("subscriptions/locations");
        return ofDirectory ? directory : plane;
    }

    QStringList resourceTypes() const override
    {
        return {QStringLiteral("tenants"),
                QStringLiteral("subscriptions"),
                QStringLiteral("subscriptions/locations"),
                QStringLiteral("subscriptions/resourceGroups"),
                QStringLiteral("providers"),
                QStringLiteral("resources"),
                QStringLiteral("resourceGroups"),
                QStringLiteral("deployments")};
    }

    std::vector<Route> routes() override
    {
        std::vector<Route> all;
        addDirectoryRoutes(all);
        addRegistrationRoutes(all);
        addGroupRoutes(all);
        addResourceListRoutes(all);
        addDeploymentRoutes(all);
        return all;
    }

    void apply(const Transition &transition, World &world, TimePoint now) override
    {
        if (transition.kind == QLatin1String("groupDeleted"))
            applyGroupDeletion(transition, world, now);
        else if (transition.kind == QLatin1String("whatIfDone"))
            succeed(*world.state().operation(transition.operation), now);
        else
            applyRegistration(transition, world);
    }
};

} // namespace

std::unique_ptr<Provider> makeResourcesProvider()
{
    return std::make_unique<ResourcesProvider>();
}

} // namespace causeway::sandbox
