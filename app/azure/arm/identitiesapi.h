// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Microsoft.ManagedIdentity/userAssignedIdentities: get, put, remove and allIn() are all that the flow needs.
class IdentitiesApi final : public ResourceApi
{
public:
    explicit IdentitiesApi(ArmClient &client, QString apiVersion = version::identity) : ResourceApi(client, std::move(apiVersion)) {}
};

} // namespace causeway
