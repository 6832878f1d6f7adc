// SPDX-License-Identifier: Apache-2.0
#pragma once

//! The tables of what a region offers, recorded in canadacentral; capabilities show them and PUTs are held against them.

#include <QList>
#include <QString>

#include <span>

namespace causeway::sandbox::postgresql {

struct CapabilityEdition {
    const char *name;
    const char *defaultSku;
    int defaultStorageMb;
    int memoryPerVcoreMb;
    bool ultraDisk;
};
inline constexpr CapabilityEdition capabilityEditions[] = {
    {"Burstable", "Standard_B2s", 32768, 4096, false},
    {"GeneralPurpose", "Standard_D4ads_v5", 65536, 4096, true},
    {"MemoryOptimized", "Standard_E4ads_v5", 131072, 8192, true},
};

struct CapabilityFamily {
    const char *edition;
    const char *pattern; //!< %1: number of vCores
    const char *vCores;
    const char *quota;   //!< family's name in usages
};
inline constexpr CapabilityFamily capabilityFamilies[] = {
    {"Burstable", "Standard_B%1ms", "1", "standardBSFamily"},
    {"Burstable", "Standard_B%1s", "2", "standardBSFamily"},
    {"Burstable", "Standard_B%1ms", "2 4 8 12 16 20", "standardBSFamily"},
    {"GeneralPurpose", "Standard_D%1s_v3", "2 4 8 16 32 48 64", "standardDSv3Family"},
    {"GeneralPurpose", "Standard_D%1ds_v4", "2 4 8 16 32 48 64", "standardDDSv4Family"},
    {"GeneralPurpose", "Standard_D%1ads_v5", "2 4 8 16 32 48 64 96", "standardDADSv5Family"},
    {"GeneralPurpose", "Standard_D%1ds_v5", "2 4 8 16 32 48 64 96", "standardDDSv5Family"},
    {"MemoryOptimized", "Standard_E%1s_v3", "2 4 8 16 32 48 64", "standardESv3Family"},
    {"MemoryOptimized", "Standard_E%1ds_v4", "2 4 8 16 20 32 48 64", "standardEDSv4Family"},
    {"MemoryOptimized", "Standard_E%1ads_v5", "2 4 8 16 20 32 48 64 96", "standardEADSv5Family"},
    {"MemoryOptimized", "Standard_E%1ds_v5", "2 4 8 16 20 32 48 64 96", "standardEDSv5Family"},
    {"MemoryOptimized", "Standard_E%1bds_v5", "96", "standardEBDSv5Family"},
};

//! SKUs that leave the rule "1600 IOPS a vCore, at most 80000; the edition's memory".
struct CapabilityException {
    const char *sku;
    int iops;     //!< 0: by the rule
    int memoryMb; //!< 0: the edition's
};
inline constexpr CapabilityException capabilityExceptions[] = {
    {"Standard_B1ms", 640, 2048},      {"Standard_B2s", 1280, 2048},      {"Standard_B2ms", 1920, 0},
    {"Standard_B4ms", 2880, 0},        {"Standard_B8ms", 4320, 0},        {"Standard_B12ms", 4320, 0},
    {"Standard_B16ms", 4320, 0},       {"Standard_B20ms", 4320, 0},       {"Standard_D2ds_v5", 3750, 0},
    {"Standard_E2ads_v5", 3750, 0},    {"Standard_E2ds_v5", 3750, 0},     {"Standard_E32s_v3", 32000, 0},
    {"Standard_E48s_v3", 51200, 0},    {"Standard_E64s_v3", 76800, 6912}, {"Standard_E64ds_v4", 80000, 6912},
    {"Standard_E96ads_v5", 80000, 7168}, {"Standard_E96ds_v5", 80000, 7168}, {"Standard_E96bds_v5", 160000, 7168},
};

struct CapabilityTier {
    const char *name;
    int iops;
};
inline constexpr CapabilityTier capabilityTiers[] = {
    {"P4", 120},   {"P6", 240},   {"P10", 500},   {"P15", 1100},  {"P20", 2300}, {"P30", 5000},
    {"P40", 7500}, {"P50", 7500}, {"P60", 16000}, {"P70", 18000}, {"P80", 20000},
};

struct CapabilitySize {
    int megabytes;
    int lowest;  //!< index into capabilityTiers: the default
    int highest;
};
inline constexpr CapabilitySize capabilitySizes[] = {
    {32768, 0, 7},   {65536, 1, 7},   {131072, 2, 7},  {262144, 3, 7},  {524288, 4, 7},    {1048576, 5, 7},
    {2097152, 6, 7}, {4193280, 7, 7}, {4194304, 7, 7}, {8388608, 8, 10}, {16777216, 9, 10}, {33553408, 10, 10},
};

struct CapabilitySku {
    QString name;
    QString quota;
    int vCores;
    int iops;
    int memoryMb;
};

//! SKUs of an edition, in the order in which the service lists them.
QList<CapabilitySku> capabilitySkus(const QString &edition);
//! Performance tiers of a storage size, default first.
std::span<const CapabilityTier> tiersOf(const CapabilitySize &size);

} // namespace causeway::sandbox::postgresql
