// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"
#include "domain/setupspec.h"

#include <QHash>
#include <QObject>
#include <QString>

namespace causeway::wizard {

//! The one setup behind all pages, the secrets that were typed for it, and where it is kept. Secrets never become part
//! of the document: they are kept here by the field whose reference says "prompt".
class SetupModel final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] const SetupSpec &spec() const { return m_spec; }
    //! Emits changed() when it differs.
    void setSpec(SetupSpec spec);

    [[nodiscard]] Secret secret(const QString &field) const { return m_secrets.value(field); }
    void setSecret(const QString &field, const Secret &secret);
    void forgetSecrets() { m_secrets.clear(); }
    //! What a grown world takes in place of every secret that stayed with the customer; empty: a setup of one's own.
    [[nodiscard]] const Secret &standIn() const { return m_standIn; }
    void setStandIn(const Secret &standIn) { m_standIn = standIn; }

    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] bool isModified() const { return m_modified; }
    //! After opening or saving.
    void setSaved(const QString &path);

Q_SIGNALS:
    void changed();
    void savedChanged();

private:
    SetupSpec m_spec;
    QHash<QString, Secret> m_secrets;
    Secret m_standIn;
    QString m_path;
    bool m_modified = false;
};

//! What the wizard starts with: every part of the road, with names that can be kept.
SetupSpec newSetup();

} // namespace causeway::wizard
