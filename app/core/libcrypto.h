// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define CAUSEWAY_LIBCRYPTO_CALLS(call) \
    call(BIO_ctrl) call(BIO_free) call(BIO_new) call(BIO_new_mem_buf) call(BIO_s_mem) \
    call(BN_bin2bn) call(BN_bn2bin) call(BN_free) call(BN_num_bits) call(BN_to_ASN1_INTEGER) call(ERR_clear_error) \
    call(EVP_CIPHER_CTX_ctrl) call(EVP_CIPHER_CTX_free) call(EVP_CIPHER_CTX_new) call(EVP_CipherFinal_ex) call(EVP_CipherInit_ex) \
    call(EVP_CipherUpdate) call(EVP_DecryptFinal_ex) call(EVP_DecryptInit_ex) call(EVP_DecryptUpdate) call(EVP_EncryptFinal_ex) \
    call(EVP_EncryptInit_ex) call(EVP_EncryptUpdate) call(EVP_DigestSign) call(EVP_DigestSignInit) call(EVP_DigestVerify) \
    call(EVP_DigestVerifyInit) call(EVP_MD_CTX_free) call(EVP_MD_CTX_new) call(EVP_aes_256_gcm) call(EVP_sha256) \
    call(EVP_PKEY_CTX_set_rsa_padding) call(EVP_PKEY_CTX_set_rsa_pss_saltlen) call(EVP_PKEY_Q_keygen) call(EVP_PKEY_free) \
    call(EVP_PKEY_get_base_id) call(EVP_PKEY_get_bn_param) call(EVP_PKEY_get_size) \
    call(PEM_read_bio_PrivateKey) call(PEM_read_bio_X509) call(PEM_write_bio_PrivateKey) call(PEM_write_bio_X509) \
    call(PKCS12_free) call(PKCS12_parse) call(d2i_PKCS12_bio) call(RAND_bytes) \
    call(X509V3_EXT_conf_nid) call(X509V3_set_ctx) call(X509_EXTENSION_free) call(X509_NAME_add_entry_by_txt) call(X509_add_ext) \
    call(X509_check_private_key) call(X509_digest) call(X509_free) call(X509_get0_pubkey) call(X509_get_serialNumber) \
    call(X509_get_subject_name) call(X509_getm_notAfter) call(X509_getm_notBefore) call(X509_gmtime_adj) call(X509_new) \
    call(X509_set_issuer_name) call(X509_set_pubkey) call(X509_set_version) call(X509_sign)

namespace causeway {

//! OpenSSL's function of this name; the library is loaded by the first call. Never null: without it the program ends.
void (*libcryptoCall(const char *name))();

template <typename Function>
class LateCallBase
{
public:
    explicit constexpr LateCallBase(const char *name) : m_name(name) {}

protected:
    Function *call() const
    {
        Function *known = m_call.load(std::memory_order_acquire);
        if (!known)
            m_call.store(known = reinterpret_cast<Function *>(libcryptoCall(m_name)), std::memory_order_release);
        return known;
    }

private:
    const char *m_name;
    mutable std::atomic<Function *> m_call{nullptr};
};

template <typename Function>
class LateCall;

template <typename R, typename... P>
class LateCall<R(P...)> final : LateCallBase<R(P...)>
{
public:
    using LateCallBase<R(P...)>::LateCallBase;
    R operator()(P... arguments) const { return this->call()(arguments...); }
};

template <typename R, typename... P>
class LateCall<R(P..., ...)> final : LateCallBase<R(P..., ...)>
{
public:
    using LateCallBase<R(P..., ...)>::LateCallBase;
    template <typename... More>
    R operator()(P... arguments, More... more) const { return this->call()(arguments..., more...); }
};

// Inside the namespace a call of OpenSSL's finds these. Linked, the library has 3400 names of its own looked up at every start of
// both programs (1.2 ms, measured), which need it later or never.
#define CAUSEWAY_LIBCRYPTO_LATE(name) inline constinit const LateCall<decltype(::name)> name{#name};
CAUSEWAY_LIBCRYPTO_CALLS(CAUSEWAY_LIBCRYPTO_LATE)
#undef CAUSEWAY_LIBCRYPTO_LATE

//! Deleter of one of OpenSSL's objects: std::unique_ptr<BIO, Freed<BIO_free>>.
template <const auto &Free>
struct Freed {
    template <typename T>
    void operator()(T *object) const { Free(object); }
};

} // namespace causeway
