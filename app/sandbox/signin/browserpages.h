// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/signin/headlessbrowser.h"

#include <QList>
#include <QPair>
#include <QStringList>
#include <optional>

namespace causeway::sandbox {

// What the browser without a window reads on a page, and what the person in front of it does there.

using BrowserFields = QList<QPair<QString, QString>>;

struct FormButton {
    QString name, value, words;
};
struct PageForm {
    QUrl action;
    bool post = false;
    BrowserFields hidden;
    QStringList inputs; //!< names of fields to type into
    QList<FormButton> buttons;
};

//! The text of a page, without markup, scripts and styles.
QString plainWords(QString html);
//! The first form.
std::optional<PageForm> formOf(const QString &html, const QUrl &address);
//! What the person types or presses; nothing when the page offers nothing of it.
std::optional<BrowserFields> decided(const PageForm &form, const QString &user, const BrowserOptions &options);
//! application/x-www-form-urlencoded.
QByteArray asForm(const BrowserFields &fields);

} // namespace causeway::sandbox
