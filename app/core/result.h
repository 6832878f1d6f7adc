// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace causeway {

//! A value or the Error that stands in its place. Dropping one is a compile error (-Werror=unused-result).
template <class T = void>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_expected(std::move(value)) {}
    Result(Error error) : m_expected(tl::unexpected<Error>(std::move(error))) {}
    //! So that `return list;` works where T is built from list, as with std::expected.
    template <class U>
        requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::decay_t<U>, T> && !std::is_same_v<std::decay_t<U>, Error>
                 && !std::is_same_v<std::decay_t<U>, Result>)
    Result(U &&value) : m_expected(T(std::forward<U>(value)))
    {}

    explicit operator bool() const { return m_expected.has_value(); }
    [[nodiscard]] bool ok() const { return m_expected.has_value(); }
    T &operator*() & { return *m_expected; }
    const T &operator*() const & { return *m_expected; }
    T &&operator*() && { return *std::move(m_expected); }
    T *operator->() { return &*m_expected; }
    const T *operator->() const { return &*m_expected; }
    [[nodiscard]] T valueOr(T other) const { return m_expected ? *m_expected : std::move(other); }
    [[nodiscard]] const Error &error() const { return m_expected.error(); }

private:
    tl::expected<T, Error> m_expected;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_expected(tl::unexpected<Error>(std::move(error))) {}

    explicit operator bool() const { return m_expected.has_value(); }
    [[nodiscard]] bool ok() const { return m_expected.has_value(); }
    [[nodiscard]] const Error &error() const { return m_expected.error(); }

private:
    tl::expected<void, Error> m_expected;
};

} // namespace causeway
