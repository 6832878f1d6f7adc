<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Check</name>
    <message>
        <source>Additional certificates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept sessions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure CLI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ways to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None are set; the system&apos;s own are used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds %2, trusted beside the system&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path in Sign-in and network, CAUSEWAY_CA or REQUESTS_CA_BUNDLE. It has to be a PEM file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is reached directly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is reached through the proxy %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy looks up %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not known: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network and its DNS. Where names of the internet are known only to a proxy, set it in Sign-in and network or in https_proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The DNS gave no answer for %1 in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network and its DNS; a VPN that is half up does this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answers, without TLS (loopback only).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be reached: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A firewall may want a proxy here: set it in Sign-in and network or in https_proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not answer in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A firewall drops the connection without a word. Ask for access to this host on port 443, or for the proxy to use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not reached through the proxy %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check host and port of the proxy in Sign-in and network, or https_proxy; and whether it lets this host through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the way to %1 the proxy %2 asks for user name and password (&quot;%3&quot;).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2, certificate from &quot;%3&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2, certificate from &quot;%3&quot;, trusted because of the additional file: the connection is inspected there, or the server is your own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If that issuer is your organisation&apos;s inspection, get its certificate (PEM) and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA. If you do not know it, do not sign in here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check this machine&apos;s clock first. If it is right, those who run the host or the proxy have to renew the certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name leads to another server: check DNS, the hosts file and the proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something old stands between: Azure itself speaks TLS 1.2 and 1.3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something between here and the host breaks TLS: a firewall, a proxy, an inspection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answers (HTTP %2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gives no answer: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something between here and the host takes the question and keeps it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answers HTTP %2, where 200 was expected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody else answers for %1 (HTTP %2, %3): the log-in page of a network, or a proxy&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open any page in the browser and log in to the network; then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It agrees with %1 (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not say what time it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system clock is wrong: it is %2 ahead of %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set it: timedatectl set-ntp true. Sign-in fails from five minutes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system clock is wrong: it is %2 behind %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The browser can come back to %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %2 of %1 is taken: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another port is used then. If an agent allows only this one, end the program that has it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be listened on: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The browser has no way back to Causeway. Use the device code, or the Azure CLI.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 opens web pages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program opens web pages (xdg-open).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no display for a browser.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It takes an entry, gives it back and removes it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None is running: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in works and lasts as long as the program. To be remembered, start GNOME Keyring or KWallet in the session.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is locked: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock it (its own program, or log in to the desktop again); until then sign-in lasts as long as the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not answer; a question of it may wait on a screen: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer the question, or unlock it; until then sign-in lasts as long as the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not keep what it is given: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in lasts as long as the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No variables of a service principal, workload identity or managed identity are set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only half of a %1 is set; missing: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set the missing variables, or unset the others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None is set, so nobody can sign in with the browser or a device code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no client id.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a GUID, &quot;Application (client) ID&quot; in the portal; not the object id, not the secret&apos;s id.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloud %1, tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sessions are kept, encrypted, for the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sessions last as long as the program: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file of kept sessions cannot be opened with its key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file of kept sessions cannot be written: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the rights of the folder; until then sign-in lasts as long as the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody is signed in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It gives no token: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>az login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 knows tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gets a token without being asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no way to sign in yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set user and password: {proxy-login}. A system proxy takes both from https_proxy=http://USER:PASSWORD@HOST:PORT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address is shown to copy; on a machine without any browser use {device-code}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in with {device-code}, or copy the address into a browser on this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal %1 ({auth} service-principal).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workload identity %1 ({auth} workload-identity).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is set: this host has a managed identity ({auth} managed-identity).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register an application once: {register}. The Azure CLI needs none: az login, then {azure-cli}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again, which replaces it{or-forget}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed in ({azure-cli}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set a client id ({register}), or install the Azure CLI and run: az login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its key may be in wrong hands: do not sign in here, and tell those who run the host or the proxy.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>Basic auth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System-assigned managed identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User-assigned managed identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From Azure subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter manually</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prefer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Require</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify CA</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zone redundant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes, in a private DNS zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An Azure Policy writes the record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manual, by the server&apos;s owner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve what this run makes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for somebody else</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure China (21Vianet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure US Government</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never encrypts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypts only when the server insists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypts when the server can, else does without.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Always encrypts, without checking who answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Always encrypts and checks that a trusted authority issued the certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Always encrypts and checks the certificate and the server&apos;s name. Recommended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never encrypts. The connection only succeeds if the server parameter require_secure_transport is off, which is not recommended, since it relaxes security.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Always encrypts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A PostgreSQL role and its password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An application of Microsoft Entra with a key or a certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The data factory&apos;s own identity; no secret to keep. It must be a Microsoft Entra administrator of the server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An identity of your own that is assigned to the data factory. It must be a Microsoft Entra administrator of the server.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Error</name>
    <message>
        <source>Cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume to go on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It took longer than we were told to wait.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service may still finish. Resume to see how it stands.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service could not be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network, the proxy and the name, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection broke after the request was sent; it may have been carried out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume: the resource is read before anything is sent again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in was not accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are not permitted to do this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask somebody who may do it, or have the role given to you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such resource.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name, the resource group and the subscription.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It conflicts with the state that the resource is in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for other work on it to end, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service asks us to slow down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was asked for cannot be done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the value and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again later; name the ids below in a support request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was not one that this service gives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something between here and the service may have changed it: a proxy, a sign-in page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway itself failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please report it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A lock forbids it. An owner or user access administrator can remove the lock and put it back afterwards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You have no right on the linked resource. Ask for manual approval instead, or for the right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message names the action that is missing; an owner can give you a role that holds it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An Azure Policy forbids it; the message names the policy. Its owner can exempt this resource.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The resource provider is not registered in the subscription. A contributor can register it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is busy with another change. Wait a minute, then resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The region is closed for this subscription. Choose another region or ask Azure support to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server is too old for private endpoints, or in a virtual network of its own. Make a new one with public access.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the subscription&apos;s id and that you signed in to its tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service says: wait %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>request id %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>correlation id %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window makes a new setup; on the command line causewayctl init writes an example.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure asked for another sign-in before this, and it was put off (Not now). Nothing of it was carried out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do it again when you can sign in: a run goes on with Resume, a review with Check again. Azure asks once more; what was done before stays done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another account or tenant came into use before this was sent, so it was not sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the account that began it and do it again there, or begin anew with the one in use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account was signed out before this was sent, so it was not sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again and do it once more; a run goes on with Resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run is under way, and it works with the settings as they are. Nothing was stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until the run has ended, or cancel it on the Apply page; then save again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signing in once more does not help by itself. An administrator of the tenant can tell from the ids below which policy asks for more than this account gave.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure asks for a stronger sign-in again, right after one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at what has changed, make the plan again, and apply that one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the server&apos;s owner why before the private endpoint is made again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keychain is running here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start GNOME Keyring or KWallet in the session, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain is locked, or did not allow it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Setup name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Location of the resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Existing server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Location of the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administrator login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administrator password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High availability</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup retention</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication of the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL authentication</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microsoft Entra authentication</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public access</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rule %1, name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rule %1, first address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rule %1, last address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Require secure transport</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Databases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Database %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscription of the private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource group of the private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the private endpoint&apos;s resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Location of the private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target sub-resource</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subnet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private DNS integration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integrate with private DNS zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private DNS zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval of the private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Request message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data Factory or Synapse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data factory name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource group of the data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Location of the data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration runtime name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interactive authoring ends after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Managed private endpoint name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who approves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text of the approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked service name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version of the connector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account selection method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fully qualified domain name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Database name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encryption method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trust the server&apos;s certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason for the encryption method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect via integration runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Username</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tenant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object ID of the service principal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal credential type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password of the certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure cloud type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Credential</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User-assigned managed identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test connection</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>The subscription &quot;%1&quot; is %2, so nothing can be created in it. Its account administrator can switch it on again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This account sees no subscription &quot;%1&quot;. Check the spelling, or sign in to its tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subscription &quot;%1&quot; belongs to tenant %2, but you are signed in to %3. Sign in to that tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 &quot;%2&quot; is locked: lock &quot;%3&quot; (%4) on %5. Ask an Owner or User Access Administrator of that scope to remove the lock, and to set it again afterwards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 &quot;%2&quot; has the lock &quot;%3&quot; (%4) on %5. Creating works; taking it back later does not until an Owner or User Access Administrator of that scope removes the lock.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The resource provider %1 is not registered in subscription %2. A Contributor of the subscription can register it; with that right, the run does it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You need the action %1 on %2. The %3 usually has it; an Owner there can give it to you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You may not approve connections: that needs %1 on %2. The run will wait there for the DBA.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic approval needs %1 on %2, which you do not have. Choose manual approval, and the DBA decides; or ask for the right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no resource group &quot;%1&quot;. Let the setup create it, or choose one that exists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no virtual network &quot;%1&quot;. Check its id; the network admin can create it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The virtual network has no subnet &quot;%1&quot;. The network admin can add it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no server &quot;%1&quot;. Check its name and group, or let the setup create it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no data factory &quot;%1&quot;. Check its name and group, or let the setup create it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subnet &quot;%1&quot; has no free address, and the private endpoint needs one. Choose another subnet, or ask the network admin for a larger one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subnet &quot;%1&quot; is delegated to %2 and cannot take a private endpoint. Choose another subnet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network policies for private endpoints are %2 in subnet &quot;%1&quot;: its security rules and routes apply to the endpoint. The network admin knows whether they let port 5432 through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; was made with private access (virtual network integration). Such a server cannot have a private endpoint, and the choice cannot be changed. Make a server with public access.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; is %2; it has to be Ready. The DBA can start it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The region %1 is closed for this subscription. Choose another, or ask Azure support to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size &quot;%1&quot; is not offered in %2. Offered are, for example: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL %1 is not offered in %2. Offered are: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High availability &quot;%1&quot; is not offered for %2 in %3. Choose another mode or size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server name &quot;%1&quot; is taken; names are unique in all of Azure. Choose another. Azure says: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure does not take the server name &quot;%1&quot;: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The virtual network is linked to the zone %1 already, and can be linked to only one of that name; the endpoint&apos;s address goes there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A record in the zone &quot;%1&quot; would never be asked for; the server wants &quot;%2&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The private endpoint is to be in %1, but its virtual network is in %2. Both must be in one region.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is in %1, the virtual network in %2. Azure&apos;s article asks for one region; Private Link itself no longer does, but traffic crosses regions and costs more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s owner has rejected the connection of &quot;%1&quot;, and a rejected connection cannot become approved. Delete that endpoint, then run again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The integration runtime &quot;%1&quot; exists outside the managed virtual network and cannot be moved into it. Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The identity of &quot;%1&quot; could not be read, so it is not made Microsoft Entra administrator of the server. The DBA has to add it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service principal &quot;%1&quot; is not made Microsoft Entra administrator of the server, because its object id is not given; without a role there the connection test fails. Give it (az ad sp show --id %2 --query id), for example &quot;servicePrincipalObjectId&quot;: &quot;72f988bf-86f1-41af-91ab-2d7cd011db47&quot;, or let the DBA add it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>subnet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>private DNS zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resource</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Issue</name>
    <message>
        <source>The file is larger than the limit of %1 MiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is not UTF-8 at byte %1. Save it as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not JSON: found %1, expected %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nested deeper than %1 levels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than %1 values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key or text is longer than %1 characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is given twice; keep one of the two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The number %1 is out of range and would be rounded. Whole numbers such as 5432 are taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Character %1 is not allowed: it cannot be seen and can make a name look like another. Type the text again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made by a newer Causeway: the document has format %1, this program reads %2. Update Causeway.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no format %1. Write &quot;causeway&quot;: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown &quot;%1&quot;. Known here: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expected %1, got %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not one of the words that can stand here: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the id of a resource of type %2. %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A secret must not stand in the document. Say where it comes from, for example {&quot;secret&quot;: &quot;prompt&quot;}, and change the secret if the file was shared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no reference to a secret. Use {&quot;secret&quot;: &quot;prompt&quot;}, &quot;generate&quot;, &quot;env:NAME&quot;, &quot;keychain:NAME&quot; or &quot;keyvault:LINKED_SERVICE/NAME&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only Data Factory can read a secret from its Key Vault, and this one is needed to make the server. Use &quot;prompt&quot;, &quot;generate&quot;, &quot;env:NAME&quot; or &quot;keychain:NAME&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This secret cannot be made here, because nobody else would know it. &quot;generate&quot; works for the administrator&apos;s password, and for a linked service that signs in as that administrator.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A value is needed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 characters are too many; at most %2 are taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spaces at the beginning or end do not belong to it: &quot;%1&quot; (␣ is a space).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an id. Example: 72f988bf-86f1-41af-91ab-2d7cd011db47.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a region&apos;s name. Regions are written in small letters without spaces, for example westeurope; did you mean %2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setup asks for nothing. Give at least one of server, privateEndpoint, integration and linkedService.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither the id of a subscription nor a name. An id has no braces and five groups of digits: 8-4-4-4-12.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no resource group for this. Add &quot;resourceGroup&quot;: {&quot;name&quot;: &quot;rg-sales&quot;} to the setup, or name one here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A resource group&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a resource group: letters, digits and _ - ( ) . are allowed, and no point at the end. Example: rg-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server has an id, so it exists, and &quot;create&quot; asks to make it. Keep one of the two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name &quot;%1&quot; does not fit the id, which ends in &quot;%2&quot;. Leave the name out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; belongs to private access by virtual network integration. Such a server cannot have private endpoints, and the choice cannot be changed later. Make the server with public access and add a privateEndpoint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A server&apos;s name has %2 to %3 characters; this one has %1. Example: pg-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a server: small letters a–z, digits and hyphens are allowed, no hyphen at either end. Example: pg-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name the administrator: letters and digits are allowed. Example: salesdba.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is reserved. Neither %2 nor names that begin with pg_ are taken. Example: salesdba.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password authentication is off, so the administrator&apos;s name and password are not used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password has %1 characters; 8 to 128 are allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password needs three of these four: capital letters, small letters, digits, other characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password must not contain the administrator&apos;s name &quot;%1&quot; or three of its characters in a row.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password contains a line break or another control character.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password begins or ends with a space, which is easily lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no PostgreSQL version &quot;%1&quot; here; 11 to 18 are, as whole numbers. Example: &quot;16&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL %1 is past its community&apos;s end of life and costs extra support. Take 14 or newer for a new server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a compute size. Example: Standard_D2ds_v5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The burstable size %1 cannot have a standby. Choose a general purpose size, for example Standard_D2ds_v5, or &quot;Disabled&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 GiB of storage cannot be had. Sizes: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backups are kept for 7 to 35 days, not %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody could sign in: switch on password or Microsoft Entra authentication, or both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A firewall rule&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a firewall rule: letters, digits, _ and - are allowed. Example: office.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two firewall rules are called &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an IPv4 address. Example: 203.0.113.10.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The range ends at %2, before its beginning %1. Exchange the two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0.0.0.0 lets every Azure customer&apos;s services reach the server, not only yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This rule lets everybody up to %1 reach the server from the internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public access is disabled: firewall rules are not applied. Leave them out, or enable public access.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public access is enabled, but no firewall rule lets anybody in: only private endpoints will work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A database&apos;s name has %2 to %3 bytes; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a database: it begins with a letter or _, then letters, digits, _ and - are allowed. Example: sales-2026.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is there already or reserved, as are all of %2. Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database &quot;%1&quot; stands in the list twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A private endpoint leads to a server: add &quot;server&quot; with &quot;create&quot; or with the &quot;id&quot; of one that exists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A private endpoint&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a private endpoint: it begins with a letter or digit and ends with one or _; between them _ . - are allowed too. Example: pe-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The private endpoint must lie in its virtual network&apos;s subscription %1, not in %2. Set privateEndpoint.subscription.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The virtual network is in subscription %1, the server in %2. Microsoft&apos;s article asks for one subscription; Azure no longer does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The private endpoint is in %1, the server in %2. Microsoft&apos;s article asks for one region; Azure no longer does, but traffic between regions takes longer and costs more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a sub-resource of a flexible server; the only one is postgresqlServer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A subnet&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a subnet&apos;s name: letters, digits and _ . - are allowed. Example: snet-pe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request has %1 characters; Azure takes at most %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure never looks into the zone %1: Microsoft&apos;s article names it by mistake. The zone is %2. Write &quot;auto&quot; and it is found or made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The zone is called %1, but Azure looks for the server in %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither &quot;auto&quot; nor the resource id of a private DNS zone. Write &quot;auto&quot; to find or make %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The zone is used with dns mode &quot;zone&quot; only. Leave it out or change the mode.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an IPv4 network. Example: 10.0.1.0/24.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be a subnet: sizes go from /8 to /29, and Azure keeps five addresses of each. Example: 10.0.1.0/27.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is an address inside a network, not the network&apos;s own. The network is %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is IPv6; a flexible server&apos;s private endpoint takes IPv4. Example: 10.0.1.0/24.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not lie in the virtual network, which has %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 overlaps with the subnet %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A data factory&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a data factory: letters, digits and single hyphens between them are allowed. Example: adf-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An integration runtime&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name an integration runtime: letters, digits and single hyphens between them are allowed. Example: VnetRuntime.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This name has %2 to %3 characters; &quot;%4&quot; has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be the name: letters, digits, _ and inner hyphens are allowed. Example: mpe-pg-sales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interactive authoring ends after 10, 30, 60 or 120 minutes, not %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A managed private endpoint serves an integration runtime in the managed virtual network: add &quot;runtime&quot;: {&quot;name&quot;: &quot;VnetRuntime&quot;}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A managed private endpoint leads to a server: add &quot;server&quot; with &quot;create&quot; or with the &quot;id&quot; of one that exists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A linked service&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a linked service: it begins with a letter, and - &lt; &gt; * # . % &amp; : \ + ? / are not allowed. Example: PgSales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no version &quot;%1&quot; of the connector; there are &quot;2.0&quot; and &quot;1.0&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version 1.0 of the connector is superseded: no TLS 1.3, no managed identities. Take &quot;2.0&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No data factory is named, so the linked service can be exported but not made. Add &quot;integration&quot;: {&quot;name&quot;: &quot;adf-sales&quot;}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account is taken from the subscription, but the setup has no server. Add &quot;server&quot;, or write &quot;account&quot;: &quot;manual&quot; and a &quot;host&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The host &quot;%1&quot; is used with account &quot;manual&quot; only; the server of this setup is taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name; neither scheme nor port belong to it. Example: pg-sales.postgres.database.azure.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is an address, but VerifyFull needs the DNS name that stands in the server&apos;s certificate. Example: pg-sales.postgres.database.azure.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is the private zone&apos;s name for the server; the certificate is for the public name. Use %2, which leads to the private address from inside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a port: 1 to 65535, usually 5432.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new server will not have a database &quot;%1&quot;. Add it to server.databases.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No integration runtime is named: Data Factory takes its public one, and the private endpoint is never used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The linked service connects via &quot;%1&quot;, but the setup&apos;s integration runtime is &quot;%2&quot;. They must be the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not insist on encryption. Say why in encryptionReason, or take Require or better: VerifyFull.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not encrypted, and the server refuses that while require_secure_transport is on, which is its default. Take VerifyFull.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sends everything, the password too, in clear text. It works only because require_secure_transport is off, which is not recommended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 may fall back to clear text, because require_secure_transport is off. Take Require or better.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not checked, so %1 cannot tell the server from an impostor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication type %1 needs &quot;%2&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication type %1 has no &quot;%2&quot;. Leave it out, or choose another type.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A service principal signs in with a key or with a certificate. Keep one of the two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version 1.0 knows only BasicAuth, not %1. Take version &quot;2.0&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 signs in with a password: set server.authentication.password to true.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 signs in with a Microsoft Entra identity: set server.authentication.entra to true.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is the id of the application. Its service principal (enterprise application) has an object id of its own (az ad sp show --id %1 --query id).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean &quot;%1&quot;?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>warning: </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the end of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a key in quotation marks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a digit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no digit behind a leading 0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>boolean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>string</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>integer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number with decimals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is empty. A setup document starts with { &quot;causeway&quot;: 1 …; the window makes one, or causewayctl init writes an example.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlanRows</name>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done: everything is as the setup wants it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run has failed. What was made stays; mend the cause and resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run was cancelled. What was made stays, and resume goes on from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run waits for somebody to approve; resume goes on afterwards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is so already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>  ·  on the longest way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is sent: it is so already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is sent: this step only waits and looks.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Setting</name>
    <message>
        <source>A client id is 32 hexadecimal digits in five groups, as the registration&apos;s overview page shows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This id belongs to an application of Microsoft: consent would name another product, its permissions may change at any time, and security teams are alerted. Register an application of your own, or sign in with the Azure CLI.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A proxy is a host name or an address, without http:// and without a path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A proxy&apos;s port is 1 to 65535.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of Azure Resource Manager is https and a host, as https://management.example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of the sign-in service is https and a host, as https://login.example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tenant is its id (a GUID) or one of its domains, as contoso.onmicrosoft.com.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SetupSecrets</name>
    <message>
        <source>It has to be typed on its page before the run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The environment variable %1 is not set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no keychain here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such secret.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run makes this password by itself, so nothing can be tried with it before.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>The request for permission was declined in the browser.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody has agreed yet that this application may act for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again and agree on the page that Microsoft shows. Where users may not agree, send the link below to an administrator of the tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In this tenant only an administrator may agree that this application acts for users, and none has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the link below to an administrator of the tenant; after the consent, sign in again. It asks for: Azure Service Management, user_impersonation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator has to agree, and this tenant takes requests for that on the sign-in page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again, write a reason on Microsoft&apos;s page and send the request; or send the link below to an administrator yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application has not even been allowed to sign users in and read their profile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the delegated permission Microsoft Graph, User.Read to the registration %1, or send the link below to an administrator.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second factor is asked for and you have not set one up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second factor is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second factor is asked for, because a policy changed or you are in a new place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your second factor was given too long ago.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second factor has to be set up for this account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another check of your organisation is outstanding: a second factor of another provider, or terms of use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second factor has to be set up, but the sign-in looks risky to your organisation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in from a place and a device that your organisation knows, and set the second factor up there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device has to prove who it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device is not joined to the organisation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device could not prove who it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device said nothing about itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device does not meet your organisation&apos;s rules (compliance).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device is not joined to the organisation&apos;s domain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation allows only applications of its own list, and this one is not on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation does not allow this operating system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation wants a sign-in broker, which Causeway does not use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A conditional access policy blocks this sign-in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Was it a device code? Many organisations block that way: sign in with the browser instead. Else ask an administrator, with the line below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A security policy of the tenant blocks this sign-in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A delegated administrator was blocked because of suspicious activity.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tenant&apos;s security defaults block this sign-in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up a second factor for the account at https://aka.ms/mfasetup, then sign in again; else ask an administrator.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your home tenant blocks you because of a risk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator of your home tenant has to look into the risk and dismiss it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A conditional access policy was not met: device, place or risk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your network allows only certain tenants, and this is none of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network&apos;s tenant restrictions have to allow tenant %2: ask your network administrators.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation&apos;s tenant restrictions do not allow this tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation&apos;s tenant restrictions name no tenant that could be allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy sends a broken list of allowed tenants: ask your network administrators.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your home tenant does not let you work in this tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator of your home tenant has to allow outbound access to tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This tenant does not let users of your home tenant in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator of tenant %2 has to allow inbound access from your home tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session has ended: it is too old or was revoked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session has ended because it was not used for a long time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation asks for a new sign-in after a time, and it is over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session was revoked, for instance because the password was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in took too long, and its page has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session is not valid any more: the password was changed or has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session is not valid any more: the password was changed recently.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in&apos;s code was used already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not accept the kept session.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This account is not in tenant %2, and is no guest there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another account, or have an administrator of the tenant invite this one as a guest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such user in tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account is not in the directory of tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The invitation to tenant %2 has not been accepted yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the invitation&apos;s mail and accept it, then sign in again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The browser is signed in with an account that is not in this tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account belongs to another organisation and has to be added to tenant %2 as a guest first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This kind of account cannot sign in here; personal accounts have no Azure tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a work or school account, or name the tenant that the personal account is a guest of.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application is only for users who are assigned to it, and you are not.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator can assign you: %3 › Microsoft Entra ID › Enterprise applications › %1 › Users and groups. Or switch &quot;Assignment required&quot; off there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Active Directory password has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User name or password is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account is locked after too many wrong tries, or the address you come from is known for attacks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait some minutes. If it stays locked, an administrator can unlock it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account is disabled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator of its tenant can enable it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client id %1 is not known in tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client id %1 is not known in the account&apos;s organisation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application %1 is disabled in tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator can enable it: %3 › Enterprise applications › %1 › Properties › Enabled for users to sign in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application %1 has not been authorised in tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator of the tenant has to open the link below first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 is for one tenant only, but no tenant was named.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 does not know the address that the browser returns to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add it: %3 › App registrations › %1 › Authentication › Add a platform › Mobile and desktop applications › http://localhost (without port and slash).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 is no public client, so the service asks for a secret.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch it on: %3 › App registrations › %1 › Authentication › Advanced settings › Allow public client flows: Yes. The redirect URI has to be below &quot;Mobile and desktop applications&quot;, not &quot;Web&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 is a public client and takes no secret.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is an application of Microsoft that may not ask for this permission.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 does not list the permission that is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add it: API permissions › Azure Service Management › user_impersonation (delegated).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tenant %2 has no such service as the one that a token is wanted for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An administrator can add it, for Azure Database for PostgreSQL with: az ad sp create --id 123cd850-d9df-40bd-94d5-c9f07b7fa203</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 lists no permissions, or the tenant has not agreed to them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add API permissions › Azure Service Management › user_impersonation, or have an administrator open the link below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration %1 does not list the service that a token is wanted for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add it below API permissions: Azure Service Management, user_impersonation; for tests of PostgreSQL also Azure OSSRDBMS Database, user_impersonation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tenant %2 does not know the service that a token is wanted for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check tenant and cloud in the settings; a service of another cloud has another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not know the permission that is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the cloud in the settings, and the addresses of a custom one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The permission asked for with the token is not valid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No permission was asked for with the token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secret of %1 is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AZURE_CLIENT_SECRET has to be the secret&apos;s value, not its id. The portal shows the value only once: make a new one if it is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secret of %1 has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a new one: az ad app credential reset --id %1 --append</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application %1 did not prove who it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate is not registered for %1, or its key is another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upload the certificate (without key): az ad app credential reset --id %1 --cert @FILE --append</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate&apos;s subject is none that %1 accepts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a certificate that is registered for %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application %1 could not be authenticated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signed proof is outside its time: this machine&apos;s clock is wrong, or the federated token is too old.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no tenant %2 in this cloud.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tenant %2 is in another national cloud.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An application with a secret cannot sign in across clouds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An application with a secret cannot ask a tenant of another cloud.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The login host is not known to Microsoft.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The cloud of tenant %2 is named wrongly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same request was sent too often, so the service has stopped answering it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A service behind the sign-in asks to try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in service took too long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in service ran out of time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The directory is not available for a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A transient error of the sign-in service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A transient error while signing in with the session of the device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many calls or text messages were asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tenant sends too many requests.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody has typed the code yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code was typed wrongly or is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proof of the sign-in (PKCE) does not match its challenge.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The challenge of the sign-in (PKCE) is missing or malformed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The challenge of the sign-in (PKCE) has a wrong length.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in&apos;s code was meant for another tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One token was asked for several services.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request was malformed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request lacks a parameter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This way to sign in (grant type) is not supported there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request lacks a field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request is too long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody finished the sign-in in the browser in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again. If the browser shows that all is well but nothing happens here, a firewall or an agent keeps it from http://localhost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code has expired before anybody signed in with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not know the code any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request was declined on the other device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No client id is set, and Causeway ships none of Microsoft&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The login host is none of Microsoft&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the addresses of the custom cloud in the settings; nothing was sent there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of the service principal cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has to be a PEM file with certificate and RSA key, or a PFX file with its password in AZURE_CLIENT_CERTIFICATE_PASSWORD.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no tenant %2 at this login host.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy wants a user name and a password, and has none that it accepts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy could not be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check host and port of the proxy in Sign-in and network, or the variables https_proxy and no_proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate comes from an issuer that this machine does not trust: something between here and Microsoft looks into the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the issuer&apos;s certificate (PEM) from your network administrators and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate&apos;s time is over or has not come yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate belongs to another host.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name leads somewhere else: check DNS and proxy, and the addresses of a custom cloud.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other side speaks only a version of TLS that is not safe any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TLS 1.2 is the least that Causeway and Azure speak: an old proxy stands between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No safe connection could be made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No connection could be made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file of additional certificates cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA and REQUESTS_CA_BUNDLE: a PEM file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The host&apos;s name is not known to this network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in was cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was ended before it was done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again when you are ready; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Permission is needed first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You or your organisation have not agreed yet that this application may act for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again and agree, or send the link below to an administrator of the tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One more step to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tenant asks for more than the kept session can give.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in with the browser, to this tenant, and do what the page asks for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A managed device is asked for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation allows this only from certain devices or applications.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The organisation blocks this sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A policy forbids it; trying again does not help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the line below to an administrator of the tenant: the sign-in log shows which policy it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please sign in again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kept session is over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in again with the same account; your work stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This account does not belong there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account may not sign in to tenant %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another account or another tenant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account could not sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User name and password were not accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in the browser, where the password can be changed too; else ask an administrator.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client id is not set up for this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registration of the application %1 lacks something.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service principal was not accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secret, certificate or token of %1 is wrong, expired or not registered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves it; a new secret: az ad app credential reset --id %1 --append</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The directory is not in this cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such tenant at this login host.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the spelling of the tenant, or choose another cloud (public, US Government, China) in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asked too often</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service has stopped answering, because Causeway repeated itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait five minutes, then sign in again. This is our fault: please report it with the line below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in service asks for a moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is busy or out of order for a short time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code is not valid any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody signed in with it in time, or it was typed wrongly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for a new code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway asked in a wrong way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service refuses the request itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something stands between here and the sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer did not come from Microsoft&apos;s sign-in service: a proxy, an inspection of traffic, or the log-in page of a network answered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine&apos;s clock is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Times in the answer do not fit this machine&apos;s clock.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service gave a reason that Causeway does not know.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its own words are below; send them to an administrator with the line below them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(no client id)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(no tenant)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service says: wait %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>correlation id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trace id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the code only if you started this sign-in yourself, here and now. Whoever sends you a code wants to use your account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>en</source>
        <extracomment>The code of the language that these words are in (ISO 639-1)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are signed in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway goes on. You can close this tab.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in did not work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway says why and what to do. You can close this tab.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sign-in waits for this page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was finished or cancelled before. Begin again in Causeway.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register an application for Causeway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open %1 › Microsoft Entra ID › App registrations › New registration. Each cloud has registrations of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redirect URI: platform &quot;Public client/native (mobile &amp; desktop)&quot;, value http://localhost (without port and slash). Register.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication › Advanced settings › Allow public client flows: Yes (the device code needs it).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>API permissions › Add › Azure Service Management (797f4846-ba00-4fd7-ba43-dac1f8f63013) › delegated: user_impersonation (41094075-9dad-400e-a0bd-54e686782033).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For tests of PostgreSQL with your own account also: Azure OSSRDBMS Database (123cd850-d9df-40bd-94d5-c9f07b7fa203) › user_impersonation (cef99a3a-4cd3-4408-8143-4375d1e38a17).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the client id ({client-id}) against &quot;Application (client) ID&quot; in the portal. A registration of another cloud, or of another organisation that is not multitenant, is not known here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the tenant ({tenant}), or change the registration: Authentication › Supported account types › any organizational directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a registration with a secret or certificate for a service principal; with this one, people sign in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a registration of your own: {client-id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare the clock: {checks}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register an application once ({register}), or use the Azure CLI&apos;s sign-in without any set-up: az login, then {azure-cli}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set them: {proxy-login}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check this machine&apos;s clock first: {checks}. If it is right, the certificate has to be renewed by those who run the host or the proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network; where it wants a proxy, check that one is set: {checks}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network and its DNS; behind a proxy, check that it is used: {checks}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in on a device that your organisation manages (on Linux: with Microsoft Edge as the browser), or use the Azure CLI ({azure-cli}) or a service principal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the client id, and its registration against the steps: {register}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please report it with the line below. The Azure CLI may help meanwhile: az login, then {azure-cli}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open any web page in the browser to get past a network&apos;s own log-in page; else find out what is there: {checks}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set the clock (timedatectl set-ntp true), then sign in again. By how much it is wrong says: {checks}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name: Causeway. Supported account types: accounts in any organizational directory (multitenant); with a single tenant, name it ({tenant}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No secret is needed. Copy &quot;Application (client) ID&quot; into: {client-id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate has been revoked: its key may be in wrong hands.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not sign in here. Tell those who run the host or the proxy.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>Resource provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register the resource provider %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create resource group %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User-assigned identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create user-assigned identity %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create PostgreSQL flexible server %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create firewall rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create database %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server parameter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set server parameter %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public access</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set public access of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microsoft Entra administrator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the Microsoft Entra administrator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private DNS zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create private DNS zone %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Virtual network link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link the zone to the virtual network (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create private endpoint %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval of the private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve the private endpoint&apos;s connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DNS zone group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register the endpoint&apos;s address in the zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create data factory %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identity of the data factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give data factory %1 its identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Managed virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create managed virtual network %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create integration runtime %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create managed private endpoint %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve the data factory&apos;s connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interactive authoring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enable interactive authoring on %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Credential</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create credential %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create linked service %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test the connection of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is so already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DBA</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network admin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data engineer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting for a person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure is at work: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the provider is registered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the server is Ready; it says %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the standby is Healthy; it says %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the connection is Approved; it says %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the address record in the zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the runtime is Online; it says %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for interactive authoring; it says %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interactive authoring had gone off; switching it on again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the server shows the connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approved on the server; waiting until %1 notices, which takes some minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting until the Azure Policy has registered the address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service is busy (%1); trying again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was lost; looking whether it was done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking again in half a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The generated password is gone; setting a new one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection of %1 waits for the DBA. Who may approve it needs %3 on %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You may not approve the connection of %1. Ask the DBA, who needs %3 on %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than one connection claims to be the one of %1: %4. None was approved; the DBA has to look which is whose, on %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Surface</name>
    <message>
        <source>Sign-in and network › Checks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account and subscription › Sign in with the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network › How to get one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>causewayctl sign-in --client-id ID, or CAUSEWAY_CLIENT_ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network › Client id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network › Tenant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the user in the window&apos;s Sign-in and network, the password with causewayctl secret set proxy-password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network › User of the proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“As in the Azure CLI”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a code on another device (offered when you choose it in Sign-in and network)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; or remove it: causewayctl sign-out --all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on the command line: --auth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a code on another device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the Azure CLI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a service principal (command line)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a workload identity (command line)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a managed identity (command line)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Encrypted; the certificate and the server&apos;s name are checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted; the certificate&apos;s issuer is checked, but not that it is this server&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted, but the server&apos;s certificate is not checked: somebody in between could pose as the server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted only as long as the server offers it; otherwise everything is sent in clear text. require_secure_transport is off on this server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not encrypted. The connection only succeeds because the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server will refuse this: without encryption the connection only succeeds if the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Assumed here: require_secure_transport is on, the service&apos;s default.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Less than Require needs a reason.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WindowParts</name>
    <message>
        <source>Sandbox, not Azure. Its clock runs %1 times as fast.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sandbox&apos;s window could not be started. Try:  causeway --sandbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This setup is for %1, and Causeway is set up for %2. Choose the other cloud under “Sign-in and network”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain did not take the proxy&apos;s password. It is used until this window closes.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::ui::CopyField</name>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::ui::SecretEdit</name>
    <message>
        <source>Show what is typed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::ui::StepListModel</name>
    <message>
        <source>Step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::ui::StepListView</name>
    <message>
        <source>Steps</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::AccountPage</name>
    <message>
        <source>Setup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name stands in the file and in the list of runs. The resource group takes everything that is not placed elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this setup holds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out what somebody else looks after: a network administrator may hold only the endpoint, a data engineer only the Data Factory side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ser&amp;ver, new or existing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private &amp;endpoint in a virtual network, with its DNS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data &amp;Factory with a managed private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Linked service and connection test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account and subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything that follows happens as this user, in this subscription.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This account sees no subscription. Ask for a role in one, or choose another account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one, or type a name to make one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exists; it is used as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be created.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a subscription.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of this set&amp;up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lo&amp;cation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ApplyPage</name>
    <message>
        <source>Steps done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the &amp;approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing the window loses nothing: the run is recorded and can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run is under way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is so already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Detach now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping: nothing new is started, what is in flight is settled. “Detach now” lets go of it; Azure carries on, and Resume finds it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A connection waits for approval. Everything that needs no approval goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before the run goes on, it needs what only you know. Then press Resume.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ApprovalsPage</name>
    <message>
        <source>What this setup will ask for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Response &amp;text (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Becomes the connection&apos;s description; the requester sees it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approved: %1. The other side may need several minutes to notice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed: %1. The requester&apos;s endpoint is now disconnected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who asks for a private connection to the servers of this subscription.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A connection carries traffic only after the server&apos;s owner has approved it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the r&amp;un</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>• Private endpoint %1: approved automatically, because you hold the right to approve on the server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>• Private endpoint %1: the server&apos;s owner (DBA) has to approve it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>• Data Factory&apos;s managed private endpoint %1: this run approves it, after checking that the request is its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>• Data Factory&apos;s managed private endpoint %1: the DBA approves it; the run waits for that here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing: this setup makes no private endpoint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) could not be asked, the first: %1</source>
        <translation>
            <numerusform>%n server could not be asked: %1</numerusform>
            <numerusform>%n servers could not be asked, the first: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No server of this subscription has a private endpoint connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no connections yet. They appear here when the endpoints are made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Endpoint: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rejected connection cannot be approved: the requester has to delete the endpoint and create it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run waits for the connection below to be approved. When it is, the run goes on by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run has ended; its page tells how.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ChecksPage</name>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What stands between this computer and Azure. Nothing is changed, and nobody is asked for anything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing stands in the way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something stands in the way: it is marked below, with what to do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bad</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the a&amp;ccount</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ConnectionModel</name>
    <message>
        <source>Data Factory %1, endpoint %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disconnected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, changing …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requested by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::EndpointPage</name>
    <message>
        <source>Private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The region of the virtual network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Target sub-resource</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove locks (Delete or Read-only) from the network and its subnets before, and set them again afterwards; the review finds them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one, or paste its resource id.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It gives one address to the endpoint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private DNS integration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inside the network, the server&apos;s own name must lead to the endpoint&apos;s address. The zone is privatelink.postgres.database.azure.com, as the server&apos;s private link resources name it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Yes: find the zone that the network uses, or make it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A network can use only one zone of a name, so an existing one is reused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes, with this &amp;zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An Azure &amp;Policy writes the record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway waits until the record is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>N&amp;o</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names are resolved some other way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval of this endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You may approve connections on the server yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Request approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s owner decides; you send a message with the request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most 140 characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s address inside your virtual network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>will be created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This subscription has no virtual network. Make one first, or paste the resource id of one elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delegated to %1: cannot hold endpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, no free address</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1, %n free address(es)</source>
        <translation>
            <numerusform>%1, %n free address</numerusform>
            <numerusform>%1, %n free addresses</numerusform>
        </translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ubnet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private DNS zon&amp;e</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;quest message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::FinishPage</name>
    <message>
        <source>What was made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resources that were made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save the setup …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a&amp;gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The road, and the proof that it carries.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has run yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing: everything was as the setup wants it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n resource(s) in %1.</source>
        <translation>
            <numerusform>%n resource in %1.</numerusform>
            <numerusform>%n resources in %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Connection successful</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to find it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server &amp;host name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Linked service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved set&amp;up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its st&amp;ory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every step with its time, on the command line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource &amp;id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the Azure &amp;portal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is only in the sandbox; the Azure portal does not know it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the Azure portal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy all ids</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In Data Factory Studio, open the factory %1: it stands under Manage, Linked services. To read the database, make a dataset of the type Azure Database for PostgreSQL under Author and choose this linked service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not saved yet; “Save the setup” below keeps it in a file, without passwords.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed since it was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It holds no passwords.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::IntegrationPage</name>
    <message>
        <source>Data Factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Factory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The managed virtual network lives in the factory&apos;s region.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An Azure integration runtime in the factory&apos;s managed virtual network. Interactive authoring must be on for the connection test; it switches itself off when nobody uses it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interactive &amp;authoring</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) after the last use</source>
        <translation>
            <numerusform>%n minute after the last use</numerusform>
            <numerusform>%n minutes after the last use</numerusform>
        </translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The factory&apos;s door to the server. It asks for a connection that the server&apos;s owner has to approve.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;pprove it in this run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the request that this run has made, never another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Wait for somebody else to approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run does all that needs no approval and then waits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comm&amp;ent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example the number of a change request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Data Factory that reaches the server, and the way it takes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>will be created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one, or type a name to make one. The name is unique in all of Azure.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exists; its managed virtual network and runtimes are used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be created with a system-assigned identity and a managed virtual network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>managed virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in the managed virtual network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::LinkedServicePage</name>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From Azure &amp;subscription</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter &amp;manually</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a server that you may not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begins with a letter; letters, digits and underscores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fully qualified domain name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect &amp;via integration runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without it, Data Factory takes its public runtime and never uses the private endpoint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service principal &amp;ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the service principal, not of the application; with it, the run makes it Microsoft Entra administrator of the server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Director&amp;y object ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate pass&amp;word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;zure cloud type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;redential</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the factory&apos;s credential; it is made for the identity below when it does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User-assigned &amp;identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encryption method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Encryption method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reas&amp;on for weaker encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test and JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test &amp;connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it is sent; secrets are masked here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How Data Factory signs in to the database: Azure Database for PostgreSQL, version 2.0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The test needs the factory, its runtime and the server. They are made by this setup; the test is its last step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data Factory is trying to connect …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection successful</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Interactive authoring is off on the runtime %1, and Data Factory tests nothing without it. Switching it on takes about two minutes; it switches itself off after %n minute(s) without use.</source>
        <translation>
            <numerusform>Interactive authoring is off on the runtime %1, and Data Factory tests nothing without it. Switching it on takes about two minutes; it switches itself off after %n minute without use.</numerusform>
            <numerusform>Interactive authoring is off on the runtime %1, and Data Factory tests nothing without it. Switching it on takes about two minutes; it switches itself off after %n minutes without use.</numerusform>
        </translation>
    </message>
    <message>
        <source>Switch it on and test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>N&amp;ame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Aut&amp;hentication type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Tenant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Credentia&amp;l type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate (PF&amp;X, base64)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::Navigation</name>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps of the wizard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>current step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ahead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checks</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::NetworkingPage</name>
    <message>
        <source>Connectivity method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two methods exclude each other, and the choice can never be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Public access (allowed IP addresses) and private endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server has a public address that its firewall guards, and can have private endpoints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Private &amp;access (VNet Integration)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server lives inside a virtual network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encryption in transit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Require &amp;secure transport (TLS)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server parameter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>require_secure_transport is on by default. The linked service&apos;s “No encryption” works only when it is off, which is not recommended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public access</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rules have no bearing on traffic through private endpoints. With public access on and no rule, nobody reaches the public address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow public access through the &amp;firewall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public network access</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firewall &amp;rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a r&amp;ule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A server with private access (VNet Integration) cannot have private endpoints, so Data Factory&apos;s managed virtual network cannot reach it. Causeway builds the road by public access and private endpoint only; public access can be switched off below once the endpoint works.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the server can be reached, beside its private endpoints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose public access: private access excludes private endpoints.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::Page</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spaces around the text were removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ReviewPage</name>
    <message>
        <source>What is in the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exactly as they will be sent; secrets and values known later are marked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a&amp;gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save the setup …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will happen, in which order, and by whom. Nothing has been written yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setup is not complete yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at what is there …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create becomes possible when the checks have passed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setup is not complete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure validates the plan …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation passed. Azure accepts this plan.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something is in the way; nothing was created.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The plan appears here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n change(s); the longest way takes %1.</source>
        <translation>
            <numerusform>%n change; the longest way takes %1.</numerusform>
            <numerusform>%n changes; the longest way takes %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>No changes: everything is as the setup wants it. Only the connection is tested.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;REST calls of the selected step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each leads to the page and the field that it is about.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still to be typed: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure does not accept this plan; nothing was created.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The plan</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SecretQuestions</name>
    <message>
        <source>Secrets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setup leaves these to you. They are kept until the window closes, and nowhere else.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ServerPage</name>
    <message>
        <source>Databases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create these &amp;databases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separate names by commas. The databases postgres, azure_sys and azure_maintenance are there already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With public access (allowed IP addresses), so that it can have private endpoints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use an &amp;existing server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Basics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL &amp;version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can grow later, never shrink.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;High availability</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standby in the same zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standby in another zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administrator and sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Generate a strong password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in the keychain when there is one, else for this run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Type a password now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it from where the setup says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;PostgreSQL passwords</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can never be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8 to 128 characters from three of: upper case, lower case, digits, others. It is never stored in the setup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Existing server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ser&amp;ver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of this subscription, or paste the resource id of a server elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Azure Database for PostgreSQL flexible server at the end of the road.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>private access (VNet integration): cannot have private endpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This subscription may not create servers in this region. Choose another region or ask for quota.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>past its end of life</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1, %n vCore(s), %2 GiB</source>
        <translation>
            <numerusform>%1, %n vCore, %2 GiB</numerusform>
            <numerusform>%1, %n vCores, %2 GiB</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking whether the name is free …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ The name is free. The server will be %1.postgres.database.azure.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the name is free could not be found out; creating it will tell.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower-case letters, digits and hyphens; unique in all of Azure.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PostgreSQL %1 in %2, %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be read, so it is taken as it is: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not with this compute size in this region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create a ne&amp;w server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server na&amp;me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microsoft Ent&amp;ra (needed for managed identities and service principals)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administrator log&amp;in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passw&amp;ord</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SettingsPage</name>
    <message>
        <source>Cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure (public)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure Government (United States)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure in China (21Vianet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Endpoints of one&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Azure Stack, private clouds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;loud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resource Manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in &amp;host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any organisation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Tenant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A directory id or a domain such as contoso.com; empty: whichever you choose when signing in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application (client) id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Causeway ships nobody&apos;s client id: your organisation registers it once, and sees it by its own name in its logs. Without one, sign in as in the Azure CLI.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client &amp;id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How to &amp;get one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any free one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Local &amp;port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The browser brings the answer to this computer (localhost). Choose a port only when something here allows no other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offer signing in with a co&amp;de on another device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Many organisations block it, because codes are easily phished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As this system has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pro&amp;xy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy h&amp;ost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User of the proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty where it asks for none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its pass&amp;word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in the keychain; empty: as it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Additional certificate &amp;authority</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A PEM file, trusted beside the system&apos;s own: for networks that inspect TLS.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How Causeway reaches Azure, and as which application it signs in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save and &amp;check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or, in a terminal with the Azure CLI:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInCard</name>
    <message>
        <source>Account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sandbox stands in for Azure. Its users have different rights: try the road as each of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed in &amp;as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ign in with the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As in the A&amp;zure CLI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your organisation&apos;s own sign-in page, in the system&apos;s browser.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs no client id: Causeway asks the installed Azure CLI for its tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody is signed in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your browser shows the sign-in page. When it does not, open this link in it:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No browser could be opened. Open this link in one on this computer:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On any device, open this page and type the code:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code is good for %1:%2 more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code has ended. Ask for a new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You stay signed in on this computer: the key is in its keychain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keychain that answers, so the sign-in ends with this window. Nothing is written to disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain is locked, so the sign-in ends with this window. Unlock it and sign in again to stay signed in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain does not answer, so the sign-in ends with this window. Is a question to unlock it open somewhere?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stored sign-in was damaged and could not be read. Sign in again; the old one is replaced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stored sign-in cannot be written, so it ends with this window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run is under way as %1. Until it has ended, nobody else can sign in or out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With a device co&amp;de</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a browser on another device: you type a code there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInController</name>
    <message>
        <source>You are signed in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can close this tab and go back to Causeway.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign-in did not work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to Causeway: it says why, and what to do.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInTrouble</name>
    <message>
        <source>Open the settin&amp;gs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service says: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send this link to an administrator:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In a terminal:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a support request:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In detail: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::StartPage</name>
    <message>
        <source>&amp;Set up a private road</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create a server with public access, give it a private endpoint and its DNS, let Data Factory in through a managed private endpoint, build the linked service, and test the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Review approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See who asks for a private connection to your servers, and approve, reject or remove.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open a setup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with a saved setup, or reproduce a customer&apos;s. A setup holds no passwords.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the &amp;last run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would you like to do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A private road between Azure Data Factory and an Azure Database for PostgreSQL flexible server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped in the middle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1”, begun %2: %3. What was made is found again, nothing is created twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in and &amp;network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the cloud and the client id, set up a proxy, and see what stands between this computer and Azure.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Try it without Azure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens another window on the sandbox: the same pages, the same calls, a real PostgreSQL, and nothing reaches Azure.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::StepUpBar</name>
    <message>
        <source>Azure asks %1 to sign in again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your browser shows the sign-in page. When it does not, open this link in it:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No browser could be opened. Open this link in one on this computer:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is under way waits for it and then goes on; nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::TenantRows</name>
    <message>
        <source>%1: not listed. %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>causeway::wizard::WizardWindow</name>
    <message>
        <source>Causeway setups (*.causeway.json *.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the setup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a setup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tenant %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscription %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account %1
Tenant %2 (%3)
Subscription %4 (%5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, line %2, column %3: %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This setup is a stranger&apos;s. The sandbox has grown a matching world; these ids stand for theirs:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setup could not be saved to %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved to %1. It holds no passwords.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
