// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/providers/template.h"
#include "sandbox/world.h"

#include <optional>

namespace causeway::sandbox {

//! The providers' own pre-flight (facts §6.5): each resource of a template is put into a copy of the world, which is thrown away.
//! What a provider finds wrong with a name, a place or a body is found by the same rules as in the PUT that follows.
class Rehearsal
{
public:
    Rehearsal(const Call &call, const QList<TemplateResource> &resources);

    //! {"code","target","message"} of what the PUT would refuse for good; nothing for what may hold when the template runs:
    //! parents and targets that it makes first, work in progress, values that are only known then.
    std::optional<QJsonObject> refusal(const TemplateResource &resource);

private:
    [[nodiscard]] bool speaksOfAnother(const QString &message, const TemplateResource &resource) const;
    const Call &m_call;
    const QList<TemplateResource> &m_resources;
    World m_stage;
};

} // namespace causeway::sandbox
