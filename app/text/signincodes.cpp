// SPDX-License-Identifier: Apache-2.0
// AADSTS numbers to words. The numbers choose words only: what happens next is decided by OAuth's words (Microsoft may change numbers).
// Meanings: Microsoft Entra authentication and authorization error codes (learn.microsoft.com, reference-error-codes).
#include "text/signincodes.h"

#include <QCoreApplication>

namespace causeway {

static constexpr SignInCodeWords signInCodeTable[] = {
    {65004, QT_TRANSLATE_NOOP("SignIn", "The request for permission was declined in the browser.")},
    // consent
    {65001, QT_TRANSLATE_NOOP("SignIn", "Nobody has agreed yet that this application may act for you."),
     QT_TRANSLATE_NOOP("SignIn", "Sign in again and agree on the page that Microsoft shows. Where users may not agree, send the link below to an administrator of the tenant.")},
    {90094, QT_TRANSLATE_NOOP("SignIn", "In this tenant only an administrator may agree that this application acts for users, and none has."),
     QT_TRANSLATE_NOOP("SignIn", "Send the link below to an administrator of the tenant; after the consent, sign in again. It asks for: Azure Service Management, user_impersonation.")},
    {90095, QT_TRANSLATE_NOOP("SignIn", "An administrator has to agree, and this tenant takes requests for that on the sign-in page."),
     QT_TRANSLATE_NOOP("SignIn", "Sign in again, write a reason on Microsoft's page and send the request; or send the link below to an administrator yourself.")},
    {90008, QT_TRANSLATE_NOOP("SignIn", "The application has not even been allowed to sign users in and read their profile."),
     QT_TRANSLATE_NOOP("SignIn", "Add the delegated permission Microsoft Graph, User.Read to the registration %1, or send the link below to an administrator.")},
    // more is needed
    {50072, QT_TRANSLATE_NOOP("SignIn", "A second factor is asked for and you have not set one up.")},
    {50074, QT_TRANSLATE_NOOP("SignIn", "A second factor is asked for.")},
    {50076, QT_TRANSLATE_NOOP("SignIn", "A second factor is asked for, because a policy changed or you are in a new place.")},
    {50078, QT_TRANSLATE_NOOP("SignIn", "Your second factor was given too long ago.")},
    {50079, QT_TRANSLATE_NOOP("SignIn", "A second factor has to be set up for this account.")},
    {50158, QT_TRANSLATE_NOOP("SignIn", "Another check of your organisation is outstanding: a second factor of another provider, or terms of use.")},
    {53004, QT_TRANSLATE_NOOP("SignIn", "A second factor has to be set up, but the sign-in looks risky to your organisation."),
     QT_TRANSLATE_NOOP("SignIn", "Sign in from a place and a device that your organisation knows, and set the second factor up there.")},
    // device or application
    {50097, QT_TRANSLATE_NOOP("SignIn", "The device has to prove who it is.")},
    {50129, QT_TRANSLATE_NOOP("SignIn", "The device is not joined to the organisation.")},
    {50155, QT_TRANSLATE_NOOP("SignIn", "The device could not prove who it is.")},
    {50187, QT_TRANSLATE_NOOP("SignIn", "The device said nothing about itself.")},
    {53000, QT_TRANSLATE_NOOP("SignIn", "The device does not meet your organisation's rules (compliance).")},
    {53001, QT_TRANSLATE_NOOP("SignIn", "The device is not joined to the organisation's domain.")},
    {53002, QT_TRANSLATE_NOOP("SignIn", "Your organisation allows only applications of its own list, and this one is not on it.")},
    {50005, QT_TRANSLATE_NOOP("SignIn", "Your organisation does not allow this operating system.")},
    {50127, QT_TRANSLATE_NOOP("SignIn", "Your organisation wants a sign-in broker, which Causeway does not use.")},
    // blocked
    {53003, QT_TRANSLATE_NOOP("SignIn", "A conditional access policy blocks this sign-in."),
     QT_TRANSLATE_NOOP("SignIn", "Was it a device code? Many organisations block that way: sign in with the browser instead. Else ask an administrator, with the line below.")},
    {530032, QT_TRANSLATE_NOOP("SignIn", "A security policy of the tenant blocks this sign-in.")},
    {530034, QT_TRANSLATE_NOOP("SignIn", "A delegated administrator was blocked because of suspicious activity.")},
    {530035, QT_TRANSLATE_NOOP("SignIn", "The tenant's security defaults block this sign-in."),
     QT_TRANSLATE_NOOP("SignIn", "Set up a second factor for the account at https://aka.ms/mfasetup, then sign in again; else ask an administrator.")},
    {53011, QT_TRANSLATE_NOOP("SignIn", "Your home tenant blocks you because of a risk."), QT_TRANSLATE_NOOP("SignIn", "An administrator of your home tenant has to look into the risk and dismiss it.")},
    {50131, QT_TRANSLATE_NOOP("SignIn", "A conditional access policy was not met: device, place or risk.")},
    {50002, QT_TRANSLATE_NOOP("SignIn", "Your network allows only certain tenants, and this is none of them."),
     QT_TRANSLATE_NOOP("SignIn", "The network's tenant restrictions have to allow tenant %2: ask your network administrators.")},
    {500021, QT_TRANSLATE_NOOP("SignIn", "Your organisation's tenant restrictions do not allow this tenant."),
     QT_TRANSLATE_NOOP("SignIn", "The network's tenant restrictions have to allow tenant %2: ask your network administrators.")},
    {500022, QT_TRANSLATE_NOOP("SignIn", "Your organisation's tenant restrictions name no tenant that could be allowed."),
     QT_TRANSLATE_NOOP("SignIn", "The proxy sends a broken list of allowed tenants: ask your network administrators.")},
    {500212, QT_TRANSLATE_NOOP("SignIn", "Your home tenant does not let you work in this tenant."), QT_TRANSLATE_NOOP("SignIn", "An administrator of your home tenant has to allow outbound access to tenant %2.")},
    {500213, QT_TRANSLATE_NOOP("SignIn", "This tenant does not let users of your home tenant in."), QT_TRANSLATE_NOOP("SignIn", "An administrator of tenant %2 has to allow inbound access from your home tenant.")},
    // session over
    {70008, QT_TRANSLATE_NOOP("SignIn", "The session has ended: it is too old or was revoked.")},
    {700082, QT_TRANSLATE_NOOP("SignIn", "The session has ended because it was not used for a long time.")},
    {70043, QT_TRANSLATE_NOOP("SignIn", "Your organisation asks for a new sign-in after a time, and it is over.")},
    {50173, QT_TRANSLATE_NOOP("SignIn", "The session was revoked, for instance because the password was changed.")},
    {50089, QT_TRANSLATE_NOOP("SignIn", "The sign-in took too long, and its page has expired.")},
    {50132, QT_TRANSLATE_NOOP("SignIn", "The session is not valid any more: the password was changed or has expired.")},
    {50133, QT_TRANSLATE_NOOP("SignIn", "The session is not valid any more: the password was changed recently.")},
    {54005, QT_TRANSLATE_NOOP("SignIn", "The sign-in's code was used already.")},
    {70000, QT_TRANSLATE_NOOP("SignIn", "The service does not accept the kept session.")},
    // account and tenant
    {50020, QT_TRANSLATE_NOOP("SignIn", "This account is not in tenant %2, and is no guest there."),
     QT_TRANSLATE_NOOP("SignIn", "Choose another account, or have an administrator of the tenant invite this one as a guest.")},
    {50034, QT_TRANSLATE_NOOP("SignIn", "There is no such user in tenant %2.")},
    {51004, QT_TRANSLATE_NOOP("SignIn", "The account is not in the directory of tenant %2.")},
    {50014, QT_TRANSLATE_NOOP("SignIn", "The invitation to tenant %2 has not been accepted yet."), QT_TRANSLATE_NOOP("SignIn", "Open the invitation's mail and accept it, then sign in again.")},
    {16000, QT_TRANSLATE_NOOP("SignIn", "The browser is signed in with an account that is not in this tenant.")},
    {90072, QT_TRANSLATE_NOOP("SignIn", "The account belongs to another organisation and has to be added to tenant %2 as a guest first."),
     QT_TRANSLATE_NOOP("SignIn", "Choose another account, or have an administrator of the tenant invite this one as a guest.")},
    {500208, QT_TRANSLATE_NOOP("SignIn", "This kind of account cannot sign in here; personal accounts have no Azure tenant."), QT_TRANSLATE_NOOP("SignIn", "Use a work or school account, or name the tenant that the personal account is a guest of.")},
    {50105, QT_TRANSLATE_NOOP("SignIn", "The application is only for users who are assigned to it, and you are not."),
     QT_TRANSLATE_NOOP("SignIn", "An administrator can assign you: %3 › Microsoft Entra ID › Enterprise applications › %1 › Users and groups. Or switch \"Assignment required\" off there.")},
    // password
    {50055, QT_TRANSLATE_NOOP("SignIn", "The password has expired.")},
    {50144, QT_TRANSLATE_NOOP("SignIn", "The Active Directory password has expired.")},
    {50126, QT_TRANSLATE_NOOP("SignIn", "User name or password is wrong.")},
    {50053, QT_TRANSLATE_NOOP("SignIn", "The account is locked after too many wrong tries, or the address you come from is known for attacks."), QT_TRANSLATE_NOOP("SignIn", "Wait some minutes. If it stays locked, an administrator can unlock it.")},
    {50057, QT_TRANSLATE_NOOP("SignIn", "The account is disabled."), QT_TRANSLATE_NOOP("SignIn", "An administrator of its tenant can enable it.")},
    // registration
    {700016, QT_TRANSLATE_NOOP("SignIn", "The client id %1 is not known in tenant %2."),
     QT_TRANSLATE_NOOP("SignIn", "Check the client id ({client-id}) against \"Application (client) ID\" in the portal. A registration of another cloud, or of another organisation that is not multitenant, is not known here.")},
    {700011, QT_TRANSLATE_NOOP("SignIn", "The client id %1 is not known in the account's organisation.")},
    {7000112, QT_TRANSLATE_NOOP("SignIn", "The application %1 is disabled in tenant %2."), QT_TRANSLATE_NOOP("SignIn", "An administrator can enable it: %3 › Enterprise applications › %1 › Properties › Enabled for users to sign in.")},
    {90099, QT_TRANSLATE_NOOP("SignIn", "The application %1 has not been authorised in tenant %2."), QT_TRANSLATE_NOOP("SignIn", "An administrator of the tenant has to open the link below first.")},
    {50194, QT_TRANSLATE_NOOP("SignIn", "The registration %1 is for one tenant only, but no tenant was named."),
     QT_TRANSLATE_NOOP("SignIn", "Name the tenant ({tenant}), or change the registration: Authentication › Supported account types › any organizational directory.")},
    {50011, QT_TRANSLATE_NOOP("SignIn", "The registration %1 does not know the address that the browser returns to."),
     QT_TRANSLATE_NOOP("SignIn", "Add it: %3 › App registrations › %1 › Authentication › Add a platform › Mobile and desktop applications › http://localhost (without port and slash).")},
    {7000218, QT_TRANSLATE_NOOP("SignIn", "The registration %1 is no public client, so the service asks for a secret."),
     QT_TRANSLATE_NOOP("SignIn", "Switch it on: %3 › App registrations › %1 › Authentication › Advanced settings › Allow public client flows: Yes. The redirect URI has to be below \"Mobile and desktop applications\", not \"Web\".")},
    {700025, QT_TRANSLATE_NOOP("SignIn", "The registration %1 is a public client and takes no secret."), QT_TRANSLATE_NOOP("SignIn", "Use a registration with a secret or certificate for a service principal; with this one, people sign in.")},
    {65002, QT_TRANSLATE_NOOP("SignIn", "%1 is an application of Microsoft that may not ask for this permission."), QT_TRANSLATE_NOOP("SignIn", "Use a registration of your own: {client-id}")},
    {65005, QT_TRANSLATE_NOOP("SignIn", "The registration %1 does not list the permission that is asked for."), QT_TRANSLATE_NOOP("SignIn", "Add it: API permissions › Azure Service Management › user_impersonation (delegated).")},
    {650052, QT_TRANSLATE_NOOP("SignIn", "Tenant %2 has no such service as the one that a token is wanted for."), QT_TRANSLATE_NOOP("SignIn", "An administrator can add it, for Azure Database for PostgreSQL with: az ad sp create --id 123cd850-d9df-40bd-94d5-c9f07b7fa203")},
    {650056, QT_TRANSLATE_NOOP("SignIn", "The registration %1 lists no permissions, or the tenant has not agreed to them."), QT_TRANSLATE_NOOP("SignIn", "Add API permissions › Azure Service Management › user_impersonation, or have an administrator open the link below.")},
    {650057, QT_TRANSLATE_NOOP("SignIn", "The registration %1 does not list the service that a token is wanted for."),
     QT_TRANSLATE_NOOP("SignIn", "Add it below API permissions: Azure Service Management, user_impersonation; for tests of PostgreSQL also Azure OSSRDBMS Database, user_impersonation.")},
    {500011, QT_TRANSLATE_NOOP("SignIn", "Tenant %2 does not know the service that a token is wanted for."), QT_TRANSLATE_NOOP("SignIn", "Check tenant and cloud in the settings; a service of another cloud has another name.")},
    {70011, QT_TRANSLATE_NOOP("SignIn", "The service does not know the permission that is asked for."), QT_TRANSLATE_NOOP("SignIn", "Check the cloud in the settings, and the addresses of a custom one.")},
    {28002, QT_TRANSLATE_NOOP("SignIn", "The permission asked for with the token is not valid."), QT_TRANSLATE_NOOP("SignIn", "Check the cloud in the settings, and the addresses of a custom one.")},
    {28003, QT_TRANSLATE_NOOP("SignIn", "No permission was asked for with the token."), QT_TRANSLATE_NOOP("SignIn", "Check the cloud in the settings, and the addresses of a custom one.")},
    // service principal
    {7000215, QT_TRANSLATE_NOOP("SignIn", "The secret of %1 is wrong."), QT_TRANSLATE_NOOP("SignIn", "AZURE_CLIENT_SECRET has to be the secret's value, not its id. The portal shows the value only once: make a new one if it is lost.")},
    {7000222, QT_TRANSLATE_NOOP("SignIn", "The secret of %1 has expired."), QT_TRANSLATE_NOOP("SignIn", "Make a new one: az ad app credential reset --id %1 --append")},
    {70002, QT_TRANSLATE_NOOP("SignIn", "The application %1 did not prove who it is.")},
    {700027, QT_TRANSLATE_NOOP("SignIn", "The certificate is not registered for %1, or its key is another one."), QT_TRANSLATE_NOOP("SignIn", "Upload the certificate (without key): az ad app credential reset --id %1 --cert @FILE --append")},
    {700030, QT_TRANSLATE_NOOP("SignIn", "The certificate's subject is none that %1 accepts."), QT_TRANSLATE_NOOP("SignIn", "Use a certificate that is registered for %1.")},
    {50012, QT_TRANSLATE_NOOP("SignIn", "The application %1 could not be authenticated.")},
    {500133, QT_TRANSLATE_NOOP("SignIn", "The signed proof is outside its time: this machine's clock is wrong, or the federated token is too old."), QT_TRANSLATE_NOOP("SignIn", "Compare the clock: {checks}")},
    {700024, QT_TRANSLATE_NOOP("SignIn", "The signed proof is outside its time: this machine's clock is wrong, or the federated token is too old.")},
    // cloud
    {90002, QT_TRANSLATE_NOOP("SignIn", "There is no tenant %2 in this cloud.")},
    {90038, QT_TRANSLATE_NOOP("SignIn", "Tenant %2 is in another national cloud.")},
    {900382, QT_TRANSLATE_NOOP("SignIn", "An application with a secret cannot sign in across clouds.")},
    {900432, QT_TRANSLATE_NOOP("SignIn", "An application with a secret cannot ask a tenant of another cloud.")},
    {50049, QT_TRANSLATE_NOOP("SignIn", "The login host is not known to Microsoft.")},
    {90051, QT_TRANSLATE_NOOP("SignIn", "The cloud of tenant %2 is named wrongly.")},
    {50196, QT_TRANSLATE_NOOP("SignIn", "The same request was sent too often, so the service has stopped answering it.")},
    // transient
    {90006, QT_TRANSLATE_NOOP("SignIn", "A service behind the sign-in asks to try again.")},
    {90012, QT_TRANSLATE_NOOP("SignIn", "The sign-in service took too long.")},
    {90024, QT_TRANSLATE_NOOP("SignIn", "The sign-in service ran out of time.")},
    {90033, QT_TRANSLATE_NOOP("SignIn", "The directory is not available for a moment.")},
    {50033, QT_TRANSLATE_NOOP("SignIn", "A transient error of the sign-in service.")},
    {50087, QT_TRANSLATE_NOOP("SignIn", "A transient error while signing in with the session of the device.")},
    {50088, QT_TRANSLATE_NOOP("SignIn", "Too many calls or text messages were asked for.")},
    {90055, QT_TRANSLATE_NOOP("SignIn", "The tenant sends too many requests.")},
    // device code
    {70016, QT_TRANSLATE_NOOP("SignIn", "Nobody has typed the code yet.")},
    {70018, QT_TRANSLATE_NOOP("SignIn", "The code was typed wrongly or is not known.")},
    {70019, QT_TRANSLATE_NOOP("SignIn", "The code has expired.")},
    // our own mistakes
    {501481, QT_TRANSLATE_NOOP("SignIn", "The proof of the sign-in (PKCE) does not match its challenge.")},
    {50147, QT_TRANSLATE_NOOP("SignIn", "The challenge of the sign-in (PKCE) is missing or malformed.")},
    {501491, QT_TRANSLATE_NOOP("SignIn", "The challenge of the sign-in (PKCE) has a wrong length.")},
    {700005, QT_TRANSLATE_NOOP("SignIn", "The sign-in's code was meant for another tenant.")},
    {700022, QT_TRANSLATE_NOOP("SignIn", "One token was asked for several services.")},
    {9002313, QT_TRANSLATE_NOOP("SignIn", "The request was malformed.")},
    {900144, QT_TRANSLATE_NOOP("SignIn", "The request lacks a parameter.")},
    {70003, QT_TRANSLATE_NOOP("SignIn", "This way to sign in (grant type) is not supported there.")},
    {90014, QT_TRANSLATE_NOOP("SignIn", "The request lacks a field.")},
    {90015, QT_TRANSLATE_NOOP("SignIn", "The request is too long.")},
    {0, nullptr},
};

const SignInCodeWords *allSignInCodeWords()
{
    return signInCodeTable;
}

const SignInCodeWords *signInCodeWords(int number)
{
    for (const SignInCodeWords *row = signInCodeTable; row->number != 0; ++row) {
        if (row->number == number)
            return row;
    }
    return nullptr;
}

} // namespace causeway
