// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/loopbackpage.h"
#include "azure/auth/loopbackrequest.h"
#include "core/error.h"
#include "core/secret.h"

#include <QAbstractOAuthReplyHandler>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <functional>
#include <map>

namespace causeway {

//! Where the browser brings the answer (RFC 8252 §7.3; sign-in.md §4, §15 rows 10–13): http://localhost:PORT on 127.0.0.1 and [::1], so
//! that nobody else can sit on either. Takes one answer: to `/`, by the method that was asked for, with our Host and our state. All else
//! gets a page with a 4xx and changes nothing. With the answer the listener closes; the browser waits for conclude().
class LoopbackReplyHandler final : public QAbstractOAuthReplyHandler
{
    Q_OBJECT
public:
    explicit LoopbackReplyHandler(LoopbackWords words, bool formPost, QObject *parent = nullptr);
    ~LoopbackReplyHandler() override;

    //! `wanted` first when it is not 0, then any. False: neither address gives a port.
    bool listen(quint16 wanted);
    [[nodiscard]] bool isListening() const { return m_servers[0].isListening(); }
    void close();
    //! The state of the only answer that is taken; `acceptsIssuer` looks at RFC 9207's iss, when one comes.
    void expect(Secret state, std::function<bool(const QString &)> acceptsIssuer);
    //! What the browser that brought the answer shows. Nothing when none did.
    void conclude(bool success);

    [[nodiscard]] QString callback() const override { return m_callback; } //!< stays when the listener closes

public Q_SLOTS:
    void networkReplyFinished(QNetworkReply *reply) override { Q_EMIT redeemed(reply); }

Q_SIGNALS:
    //! The answer says no, or is not to be believed; callbackReceived() otherwise.
    void refused(const causeway::Error &error);
    void redeemed(QNetworkReply *reply);

private:
    struct Connection {
        LoopbackReader reader;
        quint64 order = 0;
    };
    void accept(QTcpServer &server);
    void read(QTcpSocket *socket);
    //! 0: it is the answer. Else the status for what is not.
    [[nodiscard]] int strangeness(const LoopbackRequest &request, QHash<QString, QString> &fields) const;
    void take(QTcpSocket *socket, const QHash<QString, QString> &fields);
    void answer(QTcpSocket *socket, int status, LoopbackPage page);

    LoopbackWords m_words;
    bool m_formPost;
    QTcpServer m_servers[2]; // 127.0.0.1, [::1]
    QString m_callback;
    Secret m_state;
    std::function<bool(const QString &)> m_acceptsIssuer;
    std::map<QTcpSocket *, Connection> m_connections;
    quint64 m_accepted = 0;
    QPointer<QTcpSocket> m_waiting; // brought the answer
};

} // namespace causeway
