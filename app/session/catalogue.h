// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QCoroTask>
#include <QList>
#include <QObject>
#include <QPointer>
#include <functional>
#include <stop_token>

namespace causeway {

//! What a list box needs to know of a list that Azure is being asked for.
class CatalogueBase : public QObject
{
    Q_OBJECT
public:
    enum class State { Empty, Loading, Ready, Failed };

    using QObject::QObject;
    ~CatalogueBase() override { m_stop.request_stop(); }

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isReady() const { return m_state == State::Ready; }
    [[nodiscard]] const Error &error() const { return m_error; }
    //! Forgets what was loaded and what failed; asked for again, it loads again.
    virtual void clear() = 0;

Q_SIGNALS:
    void changed();

protected:
    State m_state = State::Empty;
    Error m_error;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

//! A list that is loaded when first asked for. Loading again cancels the load before it: the latest wins.
template <class T>
class Catalogue final : public CatalogueBase
{
public:
    using Loader = std::function<QCoro::Task<Result<QList<T>>>(Context)>;

    explicit Catalogue(QObject *parent = nullptr) : CatalogueBase(parent) {}

    [[nodiscard]] const QList<T> &items() const { return m_items; }

    void clear() override
    {
        m_stop.request_stop();
        ++m_generation;
        m_items.clear();
        m_state = State::Empty;
        Q_EMIT changed();
    }

    void load(Loader loader)
    {
        m_stop.request_stop();
        m_stop = std::stop_source();
        Context context;
        context.stop = m_stop.get_token();
        m_state = State::Loading;
        Q_EMIT changed();
        run(std::move(loader), std::move(context), ++m_generation);
    }

    //! What came along with another list.
    void give(Result<QList<T>> result)
    {
        m_stop.request_stop();
        ++m_generation;
        take(std::move(result));
    }

private:
    QCoro::Task<> run(Loader loader, Context context, quint64 generation)
    {
        const QPointer<CatalogueBase> alive(this);
        Result<QList<T>> result = co_await loader(context);
        if (alive && generation == m_generation)
            take(std::move(result));
    }

    void take(Result<QList<T>> result)
    {
        if (result) {
            m_items = *std::move(result);
            m_state = State::Ready;
        } else {
            m_items.clear();
            m_error = result.error();
            m_state = State::Failed;
        }
        Q_EMIT changed();
    }

    QList<T> m_items;
};

} // namespace causeway
