// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresqloffer.h"
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>

namespace causeway::sandbox::postgresql {

static QString offerText(const char *text)
{
    return QString::fromLatin1(text);
}

QList<CapabilitySku> capabilitySkus(const QString &edition)
{
    QList<CapabilitySku> skus;
    const auto *const found = std::ranges::find_if(capabilityEditions, [&](const auto &row) { return offerText(row.name) == edition; });
    if (found == std::end(capabilityEditions))
        return skus;
    for (const CapabilityFamily &family : capabilityFamilies) {
        if (offerText(family.edition) != edition)
            continue;
        for (const QString &number : offerText(family.vCores).split(u' ')) {
            const int vCores = number.toInt();
            CapabilitySku sku{offerText(family.pattern).arg(number), offerText(family.quota), vCores, std::min(1600 * vCores, 80000),
                              found->memoryPerVcoreMb};
            for (const CapabilityException &row : capabilityExceptions) {
                if (offerText(row.sku) != sku.name)
                    continue;
                sku.iops = row.iops ? row.iops : sku.iops;
                sku.memoryMb = row.memoryMb ? row.memoryMb : sku.memoryMb;
            }
            skus.append(sku);
        }
    }
    return skus;
}

std::span<const CapabilityTier> tiersOf(const CapabilitySize &size)
{
    return std::span(capabilityTiers).subspan(static_cast<std::size_t>(size.lowest), static_cast<std::size_t>(size.highest - size.lowest + 1));
}

Offer offerOf(const State &state, const QString &location)
{
    const QJsonValue known = state.locations.value(shortLocation(location));
    if (!known.isObject())
        return Offer::None;
    const QString word = known.toObject().value("postgresql"_t).toString("offered"_t);
    return word == "restricted"_t ? Offer::Restricted : word == "none"_t ? Offer::None : Offer::Open;
}

QString shortLocation(const QString &location)
{
    return location.toLower().remove(u' ');
}

QString displayLocation(const State &state, const QString &location)
{
    const QString name = shortLocation(location);
    return state.locations.value(name).toObject().value("displayName"_t).toString(name);
}

QStringList versions()
{
    return {"11"_t, "12"_t, "13"_t, "14"_t, "15"_t, "16"_t, "17"_t, "18"_t};
}

QStringList skusOf(const QString &tier)
{
    QStringList names;
    for (const CapabilitySku &sku : capabilitySkus(tier))
        names.append(sku.name);
    return names;
}

int vCoresOf(const QString &sku)
{
    for (const CapabilityEdition &edition : capabilityEditions) {
        for (const CapabilitySku &row : capabilitySkus(offerText(edition.name))) {
            if (row.name.compare(sku, Qt::CaseInsensitive) == 0)
                return row.vCores;
        }
    }
    return 0;
}

QList<int> storageSizesGB()
{
    QList<int> sizes;
    for (const CapabilitySize &size : capabilitySizes)
        sizes.append(size.megabytes / 1024);
    return sizes;
}

QStringList storageTiersOf(int sizeGB)
{
    QStringList names;
    for (const CapabilitySize &size : capabilitySizes) {
        if (size.megabytes / 1024 != sizeGB)
            continue;
        for (const CapabilityTier &tier : tiersOf(size))
            names.append(offerText(tier.name));
    }
    return names;
}

int iopsOf(const QString &storageTier)
{
    for (const CapabilityTier &tier : capabilityTiers) {
        if (offerText(tier.name) == storageTier)
            return tier.iops;
    }
    return 0;
}

} // namespace causeway::sandbox::postgresql
