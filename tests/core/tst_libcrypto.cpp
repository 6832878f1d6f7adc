// SPDX-License-Identifier: Apache-2.0
// OpenSSL's library costs every start 1.2 ms where it is linked, so it is loaded by the first call.
#include "core/libcrypto.h"

#include <QFile>
#include <QTest>

using namespace causeway;

class TestLibcrypto : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isLoadedByTheFirstCall()
    {
        QVERIFY(!isLoaded());
        const std::unique_ptr<BIO, Freed<causeway::BIO_free>> text(causeway::BIO_new_mem_buf("road", 4));
        QVERIFY(text);
        QVERIFY(isLoaded());
    }

    void holdsEveryCall()
    {
#define CAUSEWAY_LIBCRYPTO_NAMED(name) QVERIFY2(libcryptoCall(#name), #name);
        CAUSEWAY_LIBCRYPTO_CALLS(CAUSEWAY_LIBCRYPTO_NAMED)
#undef CAUSEWAY_LIBCRYPTO_NAMED
    }

private:
    static bool isLoaded()
    {
        QFile maps(QStringLiteral("/proc/self/maps"));
        return maps.open(QIODevice::ReadOnly) && maps.readAll().contains("/libcrypto.so");
    }
};

QTEST_GUILESS_MAIN(TestLibcrypto)
#include "tst_libcrypto.moc"
