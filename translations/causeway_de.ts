<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Check</name>
    <message>
        <source>Additional certificates</source>
        <translation>Zusätzliche Zertifikate</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>Return address</source>
        <translation>Rückkehradresse</translation>
    </message>
    <message>
        <source>Browser</source>
        <translation>Browser</translation>
    </message>
    <message>
        <source>Keychain</source>
        <translation>Schlüsselbund</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Kept sessions</source>
        <translation>Aufbewahrte Sitzungen</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>Azure CLI</source>
        <translation>Azure CLI</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Ways to sign in</source>
        <translation>Wege zur Anmeldung</translation>
    </message>
    <message>
        <source>None are set; the system&apos;s own are used.</source>
        <translation>Es sind keine gesetzt; die des Systems werden verwendet.</translation>
    </message>
    <message>
        <source>%1 holds %2, trusted beside the system&apos;s.</source>
        <translation>%1 enthält %2; ihnen wird neben denen des Systems vertraut.</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1: %2.</translation>
    </message>
    <message>
        <source>Check the path in Sign-in and network, CAUSEWAY_CA or REQUESTS_CA_BUNDLE. It has to be a PEM file.</source>
        <translation>Prüfen Sie den Pfad unter Anmeldung und Netzwerk, CAUSEWAY_CA oder REQUESTS_CA_BUNDLE. Es muss eine PEM-Datei sein.</translation>
    </message>
    <message>
        <source>%1 is reached directly.</source>
        <translation>%1 wird direkt erreicht.</translation>
    </message>
    <message>
        <source>%1 is reached through the proxy %2.</source>
        <translation>%1 wird über den Proxy %2 erreicht.</translation>
    </message>
    <message>
        <source>%1 is %2.</source>
        <translation>%1 ist %2.</translation>
    </message>
    <message>
        <source>The proxy looks up %1.</source>
        <translation>Der Proxy schlägt %1 nach.</translation>
    </message>
    <message>
        <source>%1 is not known: %2</source>
        <translation>%1 ist nicht bekannt: %2</translation>
    </message>
    <message>
        <source>Check the network and its DNS. Where names of the internet are known only to a proxy, set it in Sign-in and network or in https_proxy.</source>
        <translation>Prüfen Sie das Netz und sein DNS. Wo nur ein Proxy die Namen des Internets kennt, tragen Sie ihn unter Anmeldung und Netzwerk oder in https_proxy ein.</translation>
    </message>
    <message>
        <source>The DNS gave no answer for %1 in time.</source>
        <translation>Das DNS gab zu %1 nicht rechtzeitig Antwort.</translation>
    </message>
    <message>
        <source>Check the network and its DNS; a VPN that is half up does this.</source>
        <translation>Prüfen Sie das Netz und sein DNS; ein halb aufgebautes VPN verhält sich so.</translation>
    </message>
    <message>
        <source>%1 answers, without TLS (loopback only).</source>
        <translation>%1 antwortet, ohne TLS (nur auf diesem Rechner).</translation>
    </message>
    <message>
        <source>%1 cannot be reached: %2</source>
        <translation>%1 ist nicht erreichbar: %2</translation>
    </message>
    <message>
        <source>A firewall may want a proxy here: set it in Sign-in and network or in https_proxy.</source>
        <translation>Vielleicht verlangt eine Firewall hier einen Proxy: tragen Sie ihn unter Anmeldung und Netzwerk oder in https_proxy ein.</translation>
    </message>
    <message>
        <source>%1 does not answer in time.</source>
        <translation>%1 antwortet nicht rechtzeitig.</translation>
    </message>
    <message>
        <source>A firewall drops the connection without a word. Ask for access to this host on port 443, or for the proxy to use.</source>
        <translation>Eine Firewall verwirft die Verbindung wortlos. Bitten Sie um Zugang zu diesem Host auf Port 443 oder um den zu verwendenden Proxy.</translation>
    </message>
    <message>
        <source>%1 is not reached through the proxy %2: %3</source>
        <translation>%1 wird über den Proxy %2 nicht erreicht: %3</translation>
    </message>
    <message>
        <source>Check host and port of the proxy in Sign-in and network, or https_proxy; and whether it lets this host through.</source>
        <translation>Prüfen Sie Host und Port des Proxys unter Anmeldung und Netzwerk oder in https_proxy, und ob er diesen Host durchlässt.</translation>
    </message>
    <message>
        <source>On the way to %1 the proxy %2 asks for user name and password (&quot;%3&quot;).</source>
        <translation>Auf dem Weg zu %1 fragt der Proxy %2 nach Benutzername und Kennwort („%3“).</translation>
    </message>
    <message>
        <source>%1: %2, certificate from &quot;%3&quot;.</source>
        <translation>%1: %2, Zertifikat von „%3“.</translation>
    </message>
    <message>
        <source>%1: %2, certificate from &quot;%3&quot;, trusted because of the additional file: the connection is inspected there, or the server is your own.</source>
        <translation>%1: %2, Zertifikat von „%3“, vertraut wegen der zusätzlichen Datei: Die Verbindung wird dort untersucht, oder der Server ist Ihr eigener.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>If that issuer is your organisation&apos;s inspection, get its certificate (PEM) and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA. If you do not know it, do not sign in here.</source>
        <translation>Wenn dieser Aussteller die Inspektion Ihrer Organisation ist, besorgen Sie sein Zertifikat (PEM) und nennen Sie die Datei unter Anmeldung und Netzwerk › Zusätzliche Zertifizierungsstelle oder in CAUSEWAY_CA. Wenn Sie ihn nicht kennen, melden Sie sich hier nicht an.</translation>
    </message>
    <message>
        <source>Check this machine&apos;s clock first. If it is right, those who run the host or the proxy have to renew the certificate.</source>
        <translation>Prüfen Sie zuerst die Uhr dieses Rechners. Geht sie richtig, müssen die Betreiber des Hosts oder des Proxys das Zertifikat erneuern.</translation>
    </message>
    <message>
        <source>The name leads to another server: check DNS, the hosts file and the proxy.</source>
        <translation>Der Name führt zu einem anderen Server: Prüfen Sie DNS, die Datei hosts und den Proxy.</translation>
    </message>
    <message>
        <source>Something old stands between: Azure itself speaks TLS 1.2 and 1.3.</source>
        <translation>Etwas Altes steht dazwischen: Azure selbst spricht TLS 1.2 und 1.3.</translation>
    </message>
    <message>
        <source>Something between here and the host breaks TLS: a firewall, a proxy, an inspection.</source>
        <translation>Etwas zwischen hier und dem Host bricht TLS: eine Firewall, ein Proxy, eine Inspektion.</translation>
    </message>
    <message>
        <source>%1 answers (HTTP %2).</source>
        <translation>%1 antwortet (HTTP %2).</translation>
    </message>
    <message>
        <source>%1 gives no answer: %2</source>
        <translation>%1 gibt keine Antwort: %2</translation>
    </message>
    <message>
        <source>Something between here and the host takes the question and keeps it.</source>
        <translation>Etwas zwischen hier und dem Host nimmt die Frage an und behält sie.</translation>
    </message>
    <message>
        <source>%1 answers HTTP %2, where 200 was expected.</source>
        <translation>%1 antwortet HTTP %2, wo 200 erwartet wurde.</translation>
    </message>
    <message>
        <source>Somebody else answers for %1 (HTTP %2, %3): the log-in page of a network, or a proxy&apos;s.</source>
        <translation>Jemand anders antwortet für %1 (HTTP %2, %3): die Anmeldeseite eines Netzes oder die eines Proxys.</translation>
    </message>
    <message>
        <source>Open any page in the browser and log in to the network; then try again.</source>
        <translation>Öffnen Sie eine beliebige Seite im Browser und melden Sie sich am Netz an; versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>It agrees with %1 (%2).</source>
        <translation>Sie stimmt mit %1 überein (%2).</translation>
    </message>
    <message>
        <source>%1 does not say what time it is.</source>
        <translation>%1 sagt nicht, wie spät es ist.</translation>
    </message>
    <message>
        <source>The system clock is wrong: it is %2 ahead of %1.</source>
        <translation>Die Systemuhr geht falsch: Sie geht gegenüber %1 um %2 vor.</translation>
    </message>
    <message>
        <source>Set it: timedatectl set-ntp true. Sign-in fails from five minutes on.</source>
        <translation>Stellen Sie sie: timedatectl set-ntp true. Ab fünf Minuten scheitert die Anmeldung.</translation>
    </message>
    <message>
        <source>The system clock is wrong: it is %2 behind %1.</source>
        <translation>Die Systemuhr geht falsch: Sie geht gegenüber %1 um %2 nach.</translation>
    </message>
    <message>
        <source>The browser can come back to %1.</source>
        <translation>Der Browser kann zu %1 zurückkehren.</translation>
    </message>
    <message>
        <source>Port %2 of %1 is taken: %3</source>
        <translation>Port %2 von %1 ist belegt: %3</translation>
    </message>
    <message>
        <source>Another port is used then. If an agent allows only this one, end the program that has it.</source>
        <translation>Dann wird ein anderer Port verwendet. Wenn ein Agent nur diesen erlaubt, beenden Sie das Programm, das ihn hat.</translation>
    </message>
    <message>
        <source>%1 cannot be listened on: %3</source>
        <translation>Auf %1 kann nicht gelauscht werden: %3</translation>
    </message>
    <message>
        <source>The browser has no way back to Causeway. Use the device code, or the Azure CLI.</source>
        <translation>Der Browser hat keinen Rückweg zu Causeway. Verwenden Sie den Gerätecode oder die Azure CLI.</translation>
    </message>
    <message>
        <source>%1 opens web pages.</source>
        <translation>%1 öffnet Webseiten.</translation>
    </message>
    <message>
        <source>No program opens web pages (xdg-open).</source>
        <translation>Kein Programm öffnet Webseiten (xdg-open).</translation>
    </message>
    <message>
        <source>There is no display for a browser.</source>
        <translation>Es gibt keinen Bildschirm für einen Browser.</translation>
    </message>
    <message>
        <source>It takes an entry, gives it back and removes it.</source>
        <translation>Er nimmt einen Eintrag an, gibt ihn zurück und entfernt ihn.</translation>
    </message>
    <message>
        <source>None is running: %1</source>
        <translation>Es läuft keiner: %1</translation>
    </message>
    <message>
        <source>Sign-in works and lasts as long as the program. To be remembered, start GNOME Keyring or KWallet in the session.</source>
        <translation>Die Anmeldung gelingt und hält so lange wie das Programm. Damit sie bleibt, starten Sie GNOME Keyring oder KWallet in der Sitzung.</translation>
    </message>
    <message>
        <source>It is locked: %1</source>
        <translation>Er ist gesperrt: %1</translation>
    </message>
    <message>
        <source>Unlock it (its own program, or log in to the desktop again); until then sign-in lasts as long as the program.</source>
        <translation>Entsperren Sie ihn (mit seinem Programm, oder melden Sie sich neu am Desktop an); bis dahin hält die Anmeldung so lange wie das Programm.</translation>
    </message>
    <message>
        <source>It does not answer; a question of it may wait on a screen: %1</source>
        <translation>Er antwortet nicht; vielleicht wartet eine Frage von ihm auf einem Bildschirm: %1</translation>
    </message>
    <message>
        <source>Answer the question, or unlock it; until then sign-in lasts as long as the program.</source>
        <translation>Beantworten Sie die Frage oder entsperren Sie ihn; bis dahin hält die Anmeldung so lange wie das Programm.</translation>
    </message>
    <message>
        <source>It does not keep what it is given: %1</source>
        <translation>Er behält nicht, was er bekommt: %1</translation>
    </message>
    <message>
        <source>Sign-in lasts as long as the program.</source>
        <translation>Die Anmeldung hält so lange wie das Programm.</translation>
    </message>
    <message>
        <source>No variables of a service principal, workload identity or managed identity are set.</source>
        <translation>Es sind keine Variablen eines Dienstprinzipals, einer Workload-Identität oder einer verwalteten Identität gesetzt.</translation>
    </message>
    <message>
        <source>Only half of a %1 is set; missing: %2.</source>
        <translation>Nur die Hälfte ist gesetzt (%1); es fehlt: %2.</translation>
    </message>
    <message>
        <source>Set the missing variables, or unset the others.</source>
        <translation>Setzen Sie die fehlenden Variablen, oder entfernen Sie die anderen.</translation>
    </message>
    <message>
        <source>None is set, so nobody can sign in with the browser or a device code.</source>
        <translation>Es ist keine gesetzt, darum kann sich niemand mit dem Browser oder einem Gerätecode anmelden.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no client id.</source>
        <translation>„%1“ ist keine Client-ID.</translation>
    </message>
    <message>
        <source>It is a GUID, &quot;Application (client) ID&quot; in the portal; not the object id, not the secret&apos;s id.</source>
        <translation>Sie ist eine GUID, „Anwendungs-ID (Client)“ im Portal; nicht die Objekt-ID, nicht die ID des Geheimnisses.</translation>
    </message>
    <message>
        <source>Cloud %1, tenant %2.</source>
        <translation>Cloud %1, Mandant %2.</translation>
    </message>
    <message>
        <source>Sessions are kept, encrypted, for the next start.</source>
        <translation>Sitzungen werden verschlüsselt für den nächsten Start aufbewahrt.</translation>
    </message>
    <message>
        <source>Sessions last as long as the program: %1</source>
        <translation>Sitzungen halten so lange wie das Programm: %1</translation>
    </message>
    <message>
        <source>The file of kept sessions cannot be opened with its key.</source>
        <translation>Die Datei der aufbewahrten Sitzungen lässt sich mit ihrem Schlüssel nicht öffnen.</translation>
    </message>
    <message>
        <source>The file of kept sessions cannot be written: %1</source>
        <translation>Die Datei der aufbewahrten Sitzungen lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>Check the rights of the folder; until then sign-in lasts as long as the program.</source>
        <translation>Prüfen Sie die Rechte des Ordners; bis dahin hält die Anmeldung so lange wie das Programm.</translation>
    </message>
    <message>
        <source>Nobody is signed in.</source>
        <translation>Niemand ist angemeldet.</translation>
    </message>
    <message>
        <source>It is not installed.</source>
        <translation>Sie ist nicht installiert.</translation>
    </message>
    <message>
        <source>It gives no token: %1</source>
        <translation>Sie gibt kein Token: %1</translation>
    </message>
    <message>
        <source>az login</source>
        <translation>az login</translation>
    </message>
    <message>
        <source>%1 knows tenant %2.</source>
        <translation>%1 kennt den Mandanten %2.</translation>
    </message>
    <message>
        <source>%1 gets a token without being asked.</source>
        <translation>%1 bekommt ein Token, ohne gefragt zu werden.</translation>
    </message>
    <message>
        <source>There is no way to sign in yet.</source>
        <translation>Es gibt noch keinen Weg, sich anzumelden.</translation>
    </message>
    <message>
        <source>Set user and password: {proxy-login}. A system proxy takes both from https_proxy=http://USER:PASSWORD@HOST:PORT.</source>
        <translation>Setzen Sie Benutzer und Kennwort: {proxy-login}. Ein Systemproxy nimmt beides aus https_proxy=http://USER:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The address is shown to copy; on a machine without any browser use {device-code}.</source>
        <translation>Die Adresse wird zum Kopieren gezeigt; auf einem Rechner ohne Browser verwenden Sie {device-code}.</translation>
    </message>
    <message>
        <source>Sign in with {device-code}, or copy the address into a browser on this machine.</source>
        <translation>Zum Anmelden verwenden Sie {device-code}, oder kopieren Sie die Adresse in einen Browser auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Service principal %1 ({auth} service-principal).</source>
        <translation>Dienstprinzipal %1 ({auth} service-principal).</translation>
    </message>
    <message>
        <source>Workload identity %1 ({auth} workload-identity).</source>
        <translation>Workload-Identität %1 ({auth} workload-identity).</translation>
    </message>
    <message>
        <source>%1 is set: this host has a managed identity ({auth} managed-identity).</source>
        <translation>%1 ist gesetzt: Dieser Host hat eine verwaltete Identität ({auth} managed-identity).</translation>
    </message>
    <message>
        <source>Register an application once: {register}. The Azure CLI needs none: az login, then {azure-cli}.</source>
        <translation>Registrieren Sie einmal eine Anwendung: {register}. Die Azure CLI braucht keine: az login, dann {azure-cli}.</translation>
    </message>
    <message>
        <source>Sign in again, which replaces it{or-forget}</source>
        <translation>Melden Sie sich neu an, das ersetzt sie{or-forget}</translation>
    </message>
    <message>
        <source>Signed in ({azure-cli}).</source>
        <translation>Angemeldet ({azure-cli}).</translation>
    </message>
    <message>
        <source>Set a client id ({register}), or install the Azure CLI and run: az login</source>
        <translation>Setzen Sie eine Client-ID ({register}), oder installieren Sie die Azure CLI und führen Sie aus: az login</translation>
    </message>
    <message>
        <source>Its key may be in wrong hands: do not sign in here, and tell those who run the host or the proxy.</source>
        <translation>Sein Schlüssel ist vielleicht in falschen Händen: Melden Sie sich hier nicht an und sagen Sie denen Bescheid, die den Host oder den Proxy betreiben.</translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>Basic auth</source>
        <translation>Standardauthentifizierung</translation>
    </message>
    <message>
        <source>Service principal</source>
        <translation>Dienstprinzipal</translation>
    </message>
    <message>
        <source>System-assigned managed identity</source>
        <translation>Systemseitig zugewiesene verwaltete Identität</translation>
    </message>
    <message>
        <source>User-assigned managed identity</source>
        <translation>Benutzerseitig zugewiesene verwaltete Identität</translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation>Dienstprinzipalschlüssel</translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation>Dienstprinzipalzertifikat</translation>
    </message>
    <message>
        <source>From Azure subscription</source>
        <translation>Aus Azure-Abonnement</translation>
    </message>
    <message>
        <source>Enter manually</source>
        <translation>Manuell eingeben</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Deaktivieren (Disable)</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Zulassen (Allow)</translation>
    </message>
    <message>
        <source>Prefer</source>
        <translation>Bevorzugen (Prefer)</translation>
    </message>
    <message>
        <source>Require</source>
        <translation>Erforderlich (Require)</translation>
    </message>
    <message>
        <source>Verify CA</source>
        <translation>CA überprüfen (Verify CA)</translation>
    </message>
    <message>
        <source>Verify full</source>
        <translation>Vollständig überprüfen (Verify full)</translation>
    </message>
    <message>
        <source>No encryption</source>
        <translation>Keine Verschlüsselung</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Deaktiviert</translation>
    </message>
    <message>
        <source>Same zone</source>
        <translation>Gleiche Zone</translation>
    </message>
    <message>
        <source>Zone redundant</source>
        <translation>Zonenredundant</translation>
    </message>
    <message>
        <source>Yes, in a private DNS zone</source>
        <translation>Ja, in einer privaten DNS-Zone</translation>
    </message>
    <message>
        <source>An Azure Policy writes the record</source>
        <translation>Eine Azure-Richtlinie trägt den Eintrag ein</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Manual, by the server&apos;s owner</source>
        <translation>Manuell, durch den Besitzer des Servers</translation>
    </message>
    <message>
        <source>Approve what this run makes</source>
        <translation>Genehmigen, was diese Ausführung erstellt</translation>
    </message>
    <message>
        <source>Wait for somebody else</source>
        <translation>Auf jemand anderen warten</translation>
    </message>
    <message>
        <source>Azure</source>
        <translation>Azure</translation>
    </message>
    <message>
        <source>Azure China (21Vianet)</source>
        <translation>Azure China (21Vianet)</translation>
    </message>
    <message>
        <source>Azure US Government</source>
        <translation>Azure US Government</translation>
    </message>
    <message>
        <source>Never encrypts.</source>
        <translation>Verschlüsselt nie.</translation>
    </message>
    <message>
        <source>Encrypts only when the server insists.</source>
        <translation>Verschlüsselt nur, wenn der Server darauf besteht.</translation>
    </message>
    <message>
        <source>Encrypts when the server can, else does without.</source>
        <translation>Verschlüsselt, wenn der Server es kann, und verzichtet sonst darauf.</translation>
    </message>
    <message>
        <source>Always encrypts, without checking who answers.</source>
        <translation>Verschlüsselt immer, prüft aber nicht, wer antwortet.</translation>
    </message>
    <message>
        <source>Always encrypts and checks that a trusted authority issued the certificate.</source>
        <translation>Verschlüsselt immer und prüft, ob eine vertrauenswürdige Zertifizierungsstelle das Zertifikat ausgestellt hat.</translation>
    </message>
    <message>
        <source>Always encrypts and checks the certificate and the server&apos;s name. Recommended.</source>
        <translation>Verschlüsselt immer und prüft das Zertifikat und den Namen des Servers. Empfohlen.</translation>
    </message>
    <message>
        <source>Never encrypts. The connection only succeeds if the server parameter require_secure_transport is off, which is not recommended, since it relaxes security.</source>
        <translation>Verschlüsselt nie. Die Verbindung gelingt nur, wenn der Serverparameter require_secure_transport ausgeschaltet ist; das wird nicht empfohlen, weil es die Sicherheit verringert.</translation>
    </message>
    <message>
        <source>Always encrypts.</source>
        <translation>Verschlüsselt immer.</translation>
    </message>
    <message>
        <source>A PostgreSQL role and its password.</source>
        <translation>Eine PostgreSQL-Rolle und ihr Kennwort.</translation>
    </message>
    <message>
        <source>An application of Microsoft Entra with a key or a certificate.</source>
        <translation>Eine Anwendung in Microsoft Entra mit einem Schlüssel oder einem Zertifikat.</translation>
    </message>
    <message>
        <source>The data factory&apos;s own identity; no secret to keep. It must be a Microsoft Entra administrator of the server.</source>
        <translation>Die eigene Identität der Data Factory; es ist kein Geheimnis aufzubewahren. Sie muss Microsoft Entra-Administrator des Servers sein.</translation>
    </message>
    <message>
        <source>An identity of your own that is assigned to the data factory. It must be a Microsoft Entra administrator of the server.</source>
        <translation>Eine eigene Identität, die der Data Factory zugewiesen ist. Sie muss Microsoft Entra-Administrator des Servers sein.</translation>
    </message>
</context>
<context>
    <name>Error</name>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Resume to go on from here.</source>
        <translation>Setzen Sie fort, um von hier aus weiterzumachen.</translation>
    </message>
    <message>
        <source>It took longer than we were told to wait.</source>
        <translation>Es hat länger gedauert, als gewartet werden sollte.</translation>
    </message>
    <message>
        <source>The service may still finish. Resume to see how it stands.</source>
        <translation>Der Dienst kann noch fertig werden. Setzen Sie fort, um zu sehen, wie es steht.</translation>
    </message>
    <message>
        <source>The service could not be reached.</source>
        <translation>Der Dienst war nicht erreichbar.</translation>
    </message>
    <message>
        <source>Check the network, the proxy and the name, then try again.</source>
        <translation>Überprüfen Sie das Netzwerk, den Proxy und den Namen, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The connection broke after the request was sent; it may have been carried out.</source>
        <translation>Die Verbindung brach ab, nachdem die Anforderung gesendet war; sie ist möglicherweise ausgeführt worden.</translation>
    </message>
    <message>
        <source>Resume: the resource is read before anything is sent again.</source>
        <translation>Setzen Sie fort: Die Ressource wird gelesen, bevor noch einmal etwas gesendet wird.</translation>
    </message>
    <message>
        <source>The sign-in was not accepted.</source>
        <translation>Die Anmeldung wurde nicht akzeptiert.</translation>
    </message>
    <message>
        <source>Sign in again.</source>
        <translation>Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>You are not permitted to do this.</source>
        <translation>Dazu sind Sie nicht berechtigt.</translation>
    </message>
    <message>
        <source>Ask somebody who may do it, or have the role given to you.</source>
        <translation>Bitten Sie jemanden, der es darf, oder lassen Sie sich die Rolle zuweisen.</translation>
    </message>
    <message>
        <source>There is no such resource.</source>
        <translation>Diese Ressource gibt es nicht.</translation>
    </message>
    <message>
        <source>Check the name, the resource group and the subscription.</source>
        <translation>Überprüfen Sie den Namen, die Ressourcengruppe und das Abonnement.</translation>
    </message>
    <message>
        <source>It conflicts with the state that the resource is in.</source>
        <translation>Das steht im Konflikt mit dem Zustand der Ressource.</translation>
    </message>
    <message>
        <source>Wait for other work on it to end, then try again.</source>
        <translation>Warten Sie, bis andere Arbeiten daran beendet sind, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The service asks us to slow down.</source>
        <translation>Der Dienst verlangt, langsamer zu machen.</translation>
    </message>
    <message>
        <source>Wait, then try again.</source>
        <translation>Warten Sie, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>What was asked for cannot be done.</source>
        <translation>Was angefordert wurde, ist nicht möglich.</translation>
    </message>
    <message>
        <source>Correct the value and try again.</source>
        <translation>Korrigieren Sie den Wert, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The service failed.</source>
        <translation>Im Dienst ist ein Fehler aufgetreten.</translation>
    </message>
    <message>
        <source>Try again later; name the ids below in a support request.</source>
        <translation>Versuchen Sie es später erneut; nennen Sie in einer Supportanfrage die IDs unten.</translation>
    </message>
    <message>
        <source>The answer was not one that this service gives.</source>
        <translation>Diese Antwort gibt der Dienst sonst nicht.</translation>
    </message>
    <message>
        <source>Something between here and the service may have changed it: a proxy, a sign-in page.</source>
        <translation>Etwas zwischen hier und dem Dienst hat sie möglicherweise verändert: ein Proxy, eine Anmeldeseite.</translation>
    </message>
    <message>
        <source>Causeway itself failed.</source>
        <translation>In Causeway selbst ist ein Fehler aufgetreten.</translation>
    </message>
    <message>
        <source>Please report it.</source>
        <translation>Bitte melden Sie ihn.</translation>
    </message>
    <message>
        <source>A lock forbids it. An owner or user access administrator can remove the lock and put it back afterwards.</source>
        <translation>Eine Sperre verbietet es. Ein Besitzer oder Benutzerzugriffsadministrator kann die Sperre entfernen und danach wieder setzen.</translation>
    </message>
    <message>
        <source>You have no right on the linked resource. Ask for manual approval instead, or for the right.</source>
        <translation>Sie haben kein Recht an der verknüpften Ressource. Fordern Sie stattdessen eine manuelle Genehmigung an, oder lassen Sie sich das Recht geben.</translation>
    </message>
    <message>
        <source>The message names the action that is missing; an owner can give you a role that holds it.</source>
        <translation>Die Meldung nennt die fehlende Aktion; ein Besitzer kann Ihnen eine Rolle geben, die sie enthält.</translation>
    </message>
    <message>
        <source>An Azure Policy forbids it; the message names the policy. Its owner can exempt this resource.</source>
        <translation>Eine Azure-Richtlinie verbietet es; die Meldung nennt die Richtlinie. Ihr Besitzer kann diese Ressource ausnehmen.</translation>
    </message>
    <message>
        <source>The resource provider is not registered in the subscription. A contributor can register it.</source>
        <translation>Der Ressourcenanbieter ist im Abonnement nicht registriert. Ein Mitwirkender kann ihn registrieren.</translation>
    </message>
    <message>
        <source>The server is busy with another change. Wait a minute, then resume.</source>
        <translation>Der Server ist mit einer anderen Änderung beschäftigt. Warten Sie eine Minute, und setzen Sie dann fort.</translation>
    </message>
    <message>
        <source>The region is closed for this subscription. Choose another region or ask Azure support to open it.</source>
        <translation>Die Region ist für dieses Abonnement geschlossen. Wählen Sie eine andere Region, oder bitten Sie den Azure-Support, sie zu öffnen.</translation>
    </message>
    <message>
        <source>This server is too old for private endpoints, or in a virtual network of its own. Make a new one with public access.</source>
        <translation>Dieser Server ist zu alt für private Endpunkte oder steht in einem eigenen virtuellen Netzwerk. Erstellen Sie einen neuen mit öffentlichem Zugriff.</translation>
    </message>
    <message>
        <source>Check the subscription&apos;s id and that you signed in to its tenant.</source>
        <translation>Überprüfen Sie die ID des Abonnements und ob Sie bei seinem Mandanten angemeldet sind.</translation>
    </message>
    <message>
        <source>The service says: wait %1 s.</source>
        <translation>Der Dienst sagt: %1 s warten.</translation>
    </message>
    <message>
        <source>request id %1</source>
        <translation>Anforderungs-ID %1</translation>
    </message>
    <message>
        <source>correlation id %1</source>
        <translation>Korrelations-ID %1</translation>
    </message>
    <message>
        <source>The window makes a new setup; on the command line causewayctl init writes an example.</source>
        <translation>Das Fenster legt ein neues Setup an; auf der Befehlszeile schreibt causewayctl init ein Beispiel.</translation>
    </message>
    <message>
        <source>Azure asked for another sign-in before this, and it was put off (Not now). Nothing of it was carried out.</source>
        <translation>Azure hat davor eine weitere Anmeldung verlangt, und sie wurde aufgeschoben („Jetzt nicht“). Nichts davon wurde ausgeführt.</translation>
    </message>
    <message>
        <source>Do it again when you can sign in: a run goes on with Resume, a review with Check again. Azure asks once more; what was done before stays done.</source>
        <translation>Wiederholen Sie es, sobald Sie sich anmelden können: Eine Ausführung geht mit „Fortsetzen“ weiter, eine Prüfung mit „Erneut prüfen“. Azure fragt dann noch einmal; was schon getan ist, bleibt getan.</translation>
    </message>
    <message>
        <source>Another account or tenant came into use before this was sent, so it was not sent.</source>
        <translation>Bevor dies gesendet wurde, wurde zu einem anderen Konto oder Mandanten gewechselt; es wurde deshalb nicht gesendet.</translation>
    </message>
    <message>
        <source>Choose the account that began it and do it again there, or begin anew with the one in use.</source>
        <translation>Wählen Sie das Konto, das es begonnen hat, und wiederholen Sie es dort, oder beginnen Sie mit dem jetzigen von vorn.</translation>
    </message>
    <message>
        <source>The account was signed out before this was sent, so it was not sent.</source>
        <translation>Bevor dies gesendet wurde, wurde das Konto abgemeldet; es wurde deshalb nicht gesendet.</translation>
    </message>
    <message>
        <source>Sign in again and do it once more; a run goes on with Resume.</source>
        <translation>Melden Sie sich wieder an und wiederholen Sie es; eine Ausführung geht mit „Fortsetzen“ weiter.</translation>
    </message>
    <message>
        <source>A run is under way, and it works with the settings as they are. Nothing was stored.</source>
        <translation>Eine Ausführung läuft und arbeitet mit den jetzigen Einstellungen. Nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>Wait until the run has ended, or cancel it on the Apply page; then save again.</source>
        <translation>Warten Sie, bis die Ausführung zu Ende ist, oder brechen Sie sie auf der Seite „Anwenden“ ab; speichern Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>Signing in once more does not help by itself. An administrator of the tenant can tell from the ids below which policy asks for more than this account gave.</source>
        <translation>Sich noch einmal anzumelden hilft allein nicht. Wer den Mandanten verwaltet, kann an den Kennungen unten sehen, welche Richtlinie mehr verlangt, als dieses Konto gegeben hat.</translation>
    </message>
    <message>
        <source>Azure asks for a stronger sign-in again, right after one.</source>
        <translation>Azure verlangt sofort nach einer stärkeren Anmeldung noch einmal eine.</translation>
    </message>
    <message>
        <source>Look at what has changed, make the plan again, and apply that one.</source>
        <translation>Sehen Sie nach, was sich geändert hat, erstellen Sie den Plan neu und wenden Sie diesen an.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s owner why before the private endpoint is made again.</source>
        <translation>Fragen Sie den Besitzer des Servers nach dem Grund, bevor der private Endpunkt neu erstellt wird.</translation>
    </message>
    <message>
        <source>No keychain is running here.</source>
        <translation>Hier läuft kein Schlüsselbund.</translation>
    </message>
    <message>
        <source>Start GNOME Keyring or KWallet in the session, then try again.</source>
        <translation>Starten Sie GNOME Keyring oder KWallet in der Sitzung und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The keychain is locked, or did not allow it.</source>
        <translation>Der Schlüsselbund ist gesperrt oder hat es nicht erlaubt.</translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation>Entsperren Sie ihn und versuchen Sie es dann erneut.</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Setup name</source>
        <translation>Name des Setups</translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation>Cloud</translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation>Abonnement</translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation>Ressourcengruppe</translation>
    </message>
    <message>
        <source>Location of the resource group</source>
        <translation>Region der Ressourcengruppe</translation>
    </message>
    <message>
        <source>Make the resource group</source>
        <translation>Ressourcengruppe erstellen</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Server name</source>
        <translation>Servername</translation>
    </message>
    <message>
        <source>Existing server</source>
        <translation>Vorhandener Server</translation>
    </message>
    <message>
        <source>New server</source>
        <translation>Neuer Server</translation>
    </message>
    <message>
        <source>Location of the server</source>
        <translation>Region des Servers</translation>
    </message>
    <message>
        <source>PostgreSQL version</source>
        <translation>PostgreSQL-Version</translation>
    </message>
    <message>
        <source>Compute size</source>
        <translation>Computegröße</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Administrator login</source>
        <translation>Administratoranmeldung</translation>
    </message>
    <message>
        <source>Administrator password</source>
        <translation>Administratorkennwort</translation>
    </message>
    <message>
        <source>High availability</source>
        <translation>Hochverfügbarkeit</translation>
    </message>
    <message>
        <source>Backup retention</source>
        <translation>Aufbewahrung der Sicherungen</translation>
    </message>
    <message>
        <source>Authentication of the server</source>
        <translation>Authentifizierung des Servers</translation>
    </message>
    <message>
        <source>PostgreSQL authentication</source>
        <translation>PostgreSQL-Authentifizierung</translation>
    </message>
    <message>
        <source>Microsoft Entra authentication</source>
        <translation>Microsoft Entra-Authentifizierung</translation>
    </message>
    <message>
        <source>Public access</source>
        <translation>Öffentlicher Zugriff</translation>
    </message>
    <message>
        <source>Firewall rules</source>
        <translation>Firewallregeln</translation>
    </message>
    <message>
        <source>Firewall rule %1</source>
        <translation>Firewallregel %1</translation>
    </message>
    <message>
        <source>Firewall rule %1, name</source>
        <translation>Firewallregel %1, Name</translation>
    </message>
    <message>
        <source>Firewall rule %1, first address</source>
        <translation>Firewallregel %1, erste Adresse</translation>
    </message>
    <message>
        <source>Firewall rule %1, last address</source>
        <translation>Firewallregel %1, letzte Adresse</translation>
    </message>
    <message>
        <source>Require secure transport</source>
        <translation>Sicheren Transport erfordern</translation>
    </message>
    <message>
        <source>Databases</source>
        <translation>Datenbanken</translation>
    </message>
    <message>
        <source>Database %1</source>
        <translation>Datenbank %1</translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation>Privater Endpunkt</translation>
    </message>
    <message>
        <source>Private endpoint name</source>
        <translation>Name des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Subscription of the private endpoint</source>
        <translation>Abonnement des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Resource group of the private endpoint</source>
        <translation>Ressourcengruppe des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Make the private endpoint&apos;s resource group</source>
        <translation>Ressourcengruppe des privaten Endpunkts erstellen</translation>
    </message>
    <message>
        <source>Location of the private endpoint</source>
        <translation>Region des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Target sub-resource</source>
        <translation>Zielunterressource</translation>
    </message>
    <message>
        <source>Virtual network</source>
        <translation>Virtuelles Netzwerk</translation>
    </message>
    <message>
        <source>Subnet</source>
        <translation>Subnetz</translation>
    </message>
    <message>
        <source>Private DNS integration</source>
        <translation>Integration in privates DNS</translation>
    </message>
    <message>
        <source>Integrate with private DNS zone</source>
        <translation>In private DNS-Zone integrieren</translation>
    </message>
    <message>
        <source>Private DNS zone</source>
        <translation>Private DNS-Zone</translation>
    </message>
    <message>
        <source>Approval of the private endpoint</source>
        <translation>Genehmigung des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Request message</source>
        <translation>Anforderungsnachricht</translation>
    </message>
    <message>
        <source>Integration</source>
        <translation>Integration</translation>
    </message>
    <message>
        <source>Data Factory or Synapse</source>
        <translation>Data Factory oder Synapse</translation>
    </message>
    <message>
        <source>Data factory name</source>
        <translation>Name der Data Factory</translation>
    </message>
    <message>
        <source>Resource group of the data factory</source>
        <translation>Ressourcengruppe der Data Factory</translation>
    </message>
    <message>
        <source>Location of the data factory</source>
        <translation>Region der Data Factory</translation>
    </message>
    <message>
        <source>Make the data factory</source>
        <translation>Data Factory erstellen</translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation>Integration Runtime</translation>
    </message>
    <message>
        <source>Integration runtime name</source>
        <translation>Name der Integration Runtime</translation>
    </message>
    <message>
        <source>Interactive authoring ends after</source>
        <translation>Ende der interaktiven Erstellung nach</translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation>Verwalteter privater Endpunkt</translation>
    </message>
    <message>
        <source>Managed private endpoint name</source>
        <translation>Name des verwalteten privaten Endpunkts</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>Genehmigung</translation>
    </message>
    <message>
        <source>Who approves</source>
        <translation>Wer genehmigt</translation>
    </message>
    <message>
        <source>Text of the approval</source>
        <translation>Text der Genehmigung</translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation>Verknüpfter Dienst</translation>
    </message>
    <message>
        <source>Linked service name</source>
        <translation>Name des verknüpften Diensts</translation>
    </message>
    <message>
        <source>Version of the connector</source>
        <translation>Version des Connectors</translation>
    </message>
    <message>
        <source>Account selection method</source>
        <translation>Kontoauswahlmethode</translation>
    </message>
    <message>
        <source>Fully qualified domain name</source>
        <translation>Vollständig qualifizierter Domänenname</translation>
    </message>
    <message>
        <source>Database name</source>
        <translation>Datenbankname</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Encryption method</source>
        <translation>Verschlüsselungsmethode</translation>
    </message>
    <message>
        <source>Trust the server&apos;s certificate</source>
        <translation>Serverzertifikat vertrauen</translation>
    </message>
    <message>
        <source>Reason for the encryption method</source>
        <translation>Grund für die Verschlüsselungsmethode</translation>
    </message>
    <message>
        <source>Connect via integration runtime</source>
        <translation>Verbindung über Integration Runtime</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
    <message>
        <source>Authentication type</source>
        <translation>Authentifizierungstyp</translation>
    </message>
    <message>
        <source>Username</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Tenant</source>
        <translation>Mandant</translation>
    </message>
    <message>
        <source>Service principal ID</source>
        <translation>Dienstprinzipal-ID</translation>
    </message>
    <message>
        <source>Object ID of the service principal</source>
        <translation>Objekt-ID des Dienstprinzipals</translation>
    </message>
    <message>
        <source>Service principal credential type</source>
        <translation>Anmeldeinformationstyp des Dienstprinzipals</translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation>Dienstprinzipalschlüssel</translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation>Dienstprinzipalzertifikat</translation>
    </message>
    <message>
        <source>Password of the certificate</source>
        <translation>Kennwort des Zertifikats</translation>
    </message>
    <message>
        <source>Azure cloud type</source>
        <translation>Azure-Cloudtyp</translation>
    </message>
    <message>
        <source>Credential</source>
        <translation>Anmeldeinformationen</translation>
    </message>
    <message>
        <source>User-assigned managed identity</source>
        <translation>Benutzerseitig zugewiesene verwaltete Identität</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>Test connection</source>
        <translation>Verbindung testen</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>The subscription &quot;%1&quot; is %2, so nothing can be created in it. Its account administrator can switch it on again.</source>
        <translation>Das Abonnement „%1“ ist %2, daher kann darin nichts erstellt werden. Sein Kontoadministrator kann es wieder einschalten.</translation>
    </message>
    <message>
        <source>This account sees no subscription &quot;%1&quot;. Check the spelling, or sign in to its tenant.</source>
        <translation>Dieses Konto sieht kein Abonnement „%1“. Überprüfen Sie die Schreibweise, oder melden Sie sich bei seinem Mandanten an.</translation>
    </message>
    <message>
        <source>The subscription &quot;%1&quot; belongs to tenant %2, but you are signed in to %3. Sign in to that tenant.</source>
        <translation>Das Abonnement „%1“ gehört zum Mandanten %2, Sie sind aber bei %3 angemeldet. Melden Sie sich bei jenem Mandanten an.</translation>
    </message>
    <message>
        <source>The %1 &quot;%2&quot; is locked: lock &quot;%3&quot; (%4) on %5. Ask an Owner or User Access Administrator of that scope to remove the lock, and to set it again afterwards.</source>
        <translation>%1 „%2“ ist gesperrt: Sperre „%3“ (%4) auf %5. Bitten Sie einen Besitzer oder Benutzerzugriffsadministrator dieses Bereichs, die Sperre zu entfernen und danach wieder zu setzen.</translation>
    </message>
    <message>
        <source>The %1 &quot;%2&quot; has the lock &quot;%3&quot; (%4) on %5. Creating works; taking it back later does not until an Owner or User Access Administrator of that scope removes the lock.</source>
        <translation>%1 „%2“ hat die Sperre „%3“ (%4) auf %5. Das Erstellen gelingt; später rückgängig machen lässt es sich erst, wenn ein Besitzer oder Benutzerzugriffsadministrator dieses Bereichs die Sperre entfernt.</translation>
    </message>
    <message>
        <source>The resource provider %1 is not registered in subscription %2. A Contributor of the subscription can register it; with that right, the run does it.</source>
        <translation>Der Ressourcenanbieter %1 ist im Abonnement %2 nicht registriert. Ein Mitwirkender des Abonnements kann ihn registrieren; mit diesem Recht tut es die Ausführung selbst.</translation>
    </message>
    <message>
        <source>You need the action %1 on %2. The %3 usually has it; an Owner there can give it to you.</source>
        <translation>Sie benötigen die Aktion %1 auf %2. Gewöhnlich hat sie diese Person: %3; ein Besitzer kann sie Ihnen dort geben.</translation>
    </message>
    <message>
        <source>You may not approve connections: that needs %1 on %2. The run will wait there for the DBA.</source>
        <translation>Sie dürfen keine Verbindungen genehmigen: Dazu ist %1 auf %2 nötig. Die Ausführung wartet dort auf den DBA.</translation>
    </message>
    <message>
        <source>Automatic approval needs %1 on %2, which you do not have. Choose manual approval, and the DBA decides; or ask for the right.</source>
        <translation>Für die automatische Genehmigung ist %1 auf %2 nötig, was Sie nicht haben. Wählen Sie die manuelle Genehmigung, dann entscheidet der DBA; oder lassen Sie sich das Recht geben.</translation>
    </message>
    <message>
        <source>There is no resource group &quot;%1&quot;. Let the setup create it, or choose one that exists.</source>
        <translation>Es gibt keine Ressourcengruppe „%1“. Lassen Sie das Setup sie erstellen, oder wählen Sie eine vorhandene.</translation>
    </message>
    <message>
        <source>There is no virtual network &quot;%1&quot;. Check its id; the network admin can create it.</source>
        <translation>Es gibt kein virtuelles Netzwerk „%1“. Überprüfen Sie seine ID; der Netzwerkadministrator kann es erstellen.</translation>
    </message>
    <message>
        <source>The virtual network has no subnet &quot;%1&quot;. The network admin can add it.</source>
        <translation>Das virtuelle Netzwerk hat kein Subnetz „%1“. Der Netzwerkadministrator kann es hinzufügen.</translation>
    </message>
    <message>
        <source>There is no server &quot;%1&quot;. Check its name and group, or let the setup create it.</source>
        <translation>Es gibt keinen Server „%1“. Überprüfen Sie seinen Namen und seine Gruppe, oder lassen Sie das Setup ihn erstellen.</translation>
    </message>
    <message>
        <source>There is no data factory &quot;%1&quot;. Check its name and group, or let the setup create it.</source>
        <translation>Es gibt keine Data Factory „%1“. Überprüfen Sie ihren Namen und ihre Gruppe, oder lassen Sie das Setup sie erstellen.</translation>
    </message>
    <message>
        <source>The subnet &quot;%1&quot; has no free address, and the private endpoint needs one. Choose another subnet, or ask the network admin for a larger one.</source>
        <translation>Das Subnetz „%1“ hat keine freie Adresse, und der private Endpunkt benötigt eine. Wählen Sie ein anderes Subnetz, oder bitten Sie den Netzwerkadministrator um ein größeres.</translation>
    </message>
    <message>
        <source>The subnet &quot;%1&quot; is delegated to %2 and cannot take a private endpoint. Choose another subnet.</source>
        <translation>Das Subnetz „%1“ ist an %2 delegiert und kann keinen privaten Endpunkt aufnehmen. Wählen Sie ein anderes Subnetz.</translation>
    </message>
    <message>
        <source>Network policies for private endpoints are %2 in subnet &quot;%1&quot;: its security rules and routes apply to the endpoint. The network admin knows whether they let port 5432 through.</source>
        <translation>Netzwerkrichtlinien für private Endpunkte sind im Subnetz „%1“ %2: Seine Sicherheitsregeln und Routen gelten für den Endpunkt. Der Netzwerkadministrator weiß, ob sie Port 5432 durchlassen.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; was made with private access (virtual network integration). Such a server cannot have a private endpoint, and the choice cannot be changed. Make a server with public access.</source>
        <translation>Der Server „%1“ wurde mit privatem Zugriff (Integration in ein virtuelles Netzwerk) erstellt. Ein solcher Server kann keinen privaten Endpunkt haben, und diese Wahl lässt sich nicht ändern. Erstellen Sie einen Server mit öffentlichem Zugriff.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; is %2; it has to be Ready. The DBA can start it.</source>
        <translation>Der Server „%1“ ist %2; er muss Ready sein. Der DBA kann ihn starten.</translation>
    </message>
    <message>
        <source>The region %1 is closed for this subscription. Choose another, or ask Azure support to open it.</source>
        <translation>Die Region %1 ist für dieses Abonnement geschlossen. Wählen Sie eine andere, oder bitten Sie den Azure-Support, sie zu öffnen.</translation>
    </message>
    <message>
        <source>The size &quot;%1&quot; is not offered in %2. Offered are, for example: %3.</source>
        <translation>Die Größe „%1“ wird in %2 nicht angeboten. Angeboten werden zum Beispiel: %3.</translation>
    </message>
    <message>
        <source>PostgreSQL %1 is not offered in %2. Offered are: %3.</source>
        <translation>PostgreSQL %1 wird in %2 nicht angeboten. Angeboten werden: %3.</translation>
    </message>
    <message>
        <source>High availability &quot;%1&quot; is not offered for %2 in %3. Choose another mode or size.</source>
        <translation>Hochverfügbarkeit „%1“ wird für %2 in %3 nicht angeboten. Wählen Sie einen anderen Modus oder eine andere Größe.</translation>
    </message>
    <message>
        <source>The server name &quot;%1&quot; is taken; names are unique in all of Azure. Choose another. Azure says: %2</source>
        <translation>Der Servername „%1“ ist vergeben; Namen sind in ganz Azure eindeutig. Wählen Sie einen anderen. Azure sagt: %2</translation>
    </message>
    <message>
        <source>Azure does not take the server name &quot;%1&quot;: %2</source>
        <translation>Azure akzeptiert den Servernamen „%1“ nicht: %2</translation>
    </message>
    <message>
        <source>The virtual network is linked to the zone %1 already, and can be linked to only one of that name; the endpoint&apos;s address goes there.</source>
        <translation>Das virtuelle Netzwerk ist bereits mit der Zone %1 verknüpft und kann nur mit einer dieses Namens verknüpft sein; die Adresse des Endpunkts kommt dorthin.</translation>
    </message>
    <message>
        <source>A record in the zone &quot;%1&quot; would never be asked for; the server wants &quot;%2&quot;.</source>
        <translation>Nach einem Eintrag in der Zone „%1“ würde nie gefragt; der Server verlangt „%2“.</translation>
    </message>
    <message>
        <source>The private endpoint is to be in %1, but its virtual network is in %2. Both must be in one region.</source>
        <translation>Der private Endpunkt soll in %1 liegen, sein virtuelles Netzwerk liegt aber in %2. Beide müssen in derselben Region liegen.</translation>
    </message>
    <message>
        <source>The server is in %1, the virtual network in %2. Azure&apos;s article asks for one region; Private Link itself no longer does, but traffic crosses regions and costs more.</source>
        <translation>Der Server liegt in %1, das virtuelle Netzwerk in %2. Der Artikel von Azure verlangt dieselbe Region; Private Link selbst tut das nicht mehr, aber Datenverkehr zwischen Regionen kostet mehr.</translation>
    </message>
    <message>
        <source>The server&apos;s owner has rejected the connection of &quot;%1&quot;, and a rejected connection cannot become approved. Delete that endpoint, then run again.</source>
        <translation>Der Besitzer des Servers hat die Verbindung von „%1“ abgelehnt, und eine abgelehnte Verbindung kann nicht mehr genehmigt werden. Löschen Sie diesen Endpunkt, und führen Sie das Setup erneut aus.</translation>
    </message>
    <message>
        <source>The integration runtime &quot;%1&quot; exists outside the managed virtual network and cannot be moved into it. Choose another name.</source>
        <translation>Die Integration Runtime „%1“ besteht außerhalb des verwalteten virtuellen Netzwerks und kann nicht dorthin verschoben werden. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>The identity of &quot;%1&quot; could not be read, so it is not made Microsoft Entra administrator of the server. The DBA has to add it.</source>
        <translation>Die Identität von „%1“ konnte nicht gelesen werden, daher wird sie nicht zum Microsoft Entra-Administrator des Servers gemacht. Der DBA muss sie hinzufügen.</translation>
    </message>
    <message>
        <source>The service principal &quot;%1&quot; is not made Microsoft Entra administrator of the server, because its object id is not given; without a role there the connection test fails. Give it (az ad sp show --id %2 --query id), for example &quot;servicePrincipalObjectId&quot;: &quot;72f988bf-86f1-41af-91ab-2d7cd011db47&quot;, or let the DBA add it.</source>
        <translation>Der Dienstprinzipal „%1“ wird nicht Microsoft Entra-Administrator des Servers, weil seine Objekt-ID nicht angegeben ist; ohne eine Rolle dort schlägt der Verbindungstest fehl. Geben Sie sie an (az ad sp show --id %2 --query id), zum Beispiel &quot;servicePrincipalObjectId&quot;: &quot;72f988bf-86f1-41af-91ab-2d7cd011db47&quot;, oder lassen Sie ihn vom DBA hinzufügen.</translation>
    </message>
    <message>
        <source>subnet</source>
        <translation>Subnetz</translation>
    </message>
    <message>
        <source>virtual network</source>
        <translation>Virtuelles Netzwerk</translation>
    </message>
    <message>
        <source>private DNS zone</source>
        <translation>Private DNS-Zone</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>resource group</source>
        <translation>Ressourcengruppe</translation>
    </message>
    <message>
        <source>data factory</source>
        <translation>Data Factory</translation>
    </message>
    <message>
        <source>resource</source>
        <translation>Ressource</translation>
    </message>
</context>
<context>
    <name>Issue</name>
    <message>
        <source>The file is larger than the limit of %1 MiB.</source>
        <translation>Die Datei ist größer als die Grenze von %1 MiB.</translation>
    </message>
    <message>
        <source>The file is not UTF-8 at byte %1. Save it as UTF-8.</source>
        <translation>Die Datei ist bei Byte %1 nicht UTF-8. Speichern Sie sie als UTF-8.</translation>
    </message>
    <message>
        <source>This is not JSON: found %1, expected %2.</source>
        <translation>Das ist kein JSON: %1 gefunden, %2 erwartet.</translation>
    </message>
    <message>
        <source>Nested deeper than %1 levels.</source>
        <translation>Tiefer als %1 Ebenen verschachtelt.</translation>
    </message>
    <message>
        <source>More than %1 values.</source>
        <translation>Mehr als %1 Werte.</translation>
    </message>
    <message>
        <source>A key or text is longer than %1 characters.</source>
        <translation>Ein Schlüssel oder Text ist länger als %1 Zeichen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is given twice; keep one of the two.</source>
        <translation>„%1“ ist doppelt angegeben; behalten Sie nur eine Angabe.</translation>
    </message>
    <message>
        <source>The number %1 is out of range and would be rounded. Whole numbers such as 5432 are taken.</source>
        <translation>Die Zahl %1 liegt außerhalb des Bereichs und würde gerundet. Ganze Zahlen wie 5432 werden angenommen.</translation>
    </message>
    <message>
        <source>Character %1 is not allowed: it cannot be seen and can make a name look like another. Type the text again.</source>
        <translation>Das Zeichen %1 ist nicht zulässig: Es ist unsichtbar und kann einen Namen wie einen anderen aussehen lassen. Geben Sie den Text neu ein.</translation>
    </message>
    <message>
        <source>Made by a newer Causeway: the document has format %1, this program reads %2. Update Causeway.</source>
        <translation>Von einem neueren Causeway erstellt: Das Dokument hat das Format %1, dieses Programm liest %2. Aktualisieren Sie Causeway.</translation>
    </message>
    <message>
        <source>There is no format %1. Write &quot;causeway&quot;: %2.</source>
        <translation>Ein Format %1 gibt es nicht. Schreiben Sie &quot;causeway&quot;: %2.</translation>
    </message>
    <message>
        <source>Unknown &quot;%1&quot;. Known here: %3.</source>
        <translation>Unbekannt: „%1“. Hier bekannt: %3.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is missing.</source>
        <translation>„%1“ fehlt.</translation>
    </message>
    <message>
        <source>Expected %1, got %2.</source>
        <translation>%1 erwartet, %2 erhalten.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not one of the words that can stand here: %2.</source>
        <translation>„%1“ ist keines der Wörter, die hier stehen können: %2.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the id of a resource of type %2. %3</source>
        <translation>„%1“ ist nicht die ID einer Ressource vom Typ %2. %3</translation>
    </message>
    <message>
        <source>A secret must not stand in the document. Say where it comes from, for example {&quot;secret&quot;: &quot;prompt&quot;}, and change the secret if the file was shared.</source>
        <translation>Ein Geheimnis darf nicht im Dokument stehen. Geben Sie an, woher es kommt, zum Beispiel {&quot;secret&quot;: &quot;prompt&quot;}, und ändern Sie das Geheimnis, falls die Datei weitergegeben wurde.</translation>
    </message>
    <message>
        <source>This is no reference to a secret. Use {&quot;secret&quot;: &quot;prompt&quot;}, &quot;generate&quot;, &quot;env:NAME&quot;, &quot;keychain:NAME&quot; or &quot;keyvault:LINKED_SERVICE/NAME&quot;.</source>
        <translation>Das ist kein Verweis auf ein Geheimnis. Verwenden Sie {&quot;secret&quot;: &quot;prompt&quot;}, &quot;generate&quot;, &quot;env:NAME&quot;, &quot;keychain:NAME&quot; oder &quot;keyvault:LINKED_SERVICE/NAME&quot;.</translation>
    </message>
    <message>
        <source>Only Data Factory can read a secret from its Key Vault, and this one is needed to make the server. Use &quot;prompt&quot;, &quot;generate&quot;, &quot;env:NAME&quot; or &quot;keychain:NAME&quot;.</source>
        <translation>Nur Data Factory kann ein Geheimnis aus ihrem Key Vault lesen, und dieses wird zum Erstellen des Servers benötigt. Verwenden Sie &quot;prompt&quot;, &quot;generate&quot;, &quot;env:NAME&quot; oder &quot;keychain:NAME&quot;.</translation>
    </message>
    <message>
        <source>This secret cannot be made here, because nobody else would know it. &quot;generate&quot; works for the administrator&apos;s password, and for a linked service that signs in as that administrator.</source>
        <translation>Dieses Geheimnis kann hier nicht erzeugt werden, weil es sonst niemand kennen würde. &quot;generate&quot; funktioniert für das Kennwort des Administrators und für einen verknüpften Dienst, der sich als dieser Administrator anmeldet.</translation>
    </message>
    <message>
        <source>A value is needed here.</source>
        <translation>Hier wird ein Wert benötigt.</translation>
    </message>
    <message>
        <source>%1 characters are too many; at most %2 are taken.</source>
        <translation>%1 Zeichen sind zu viele; höchstens %2 werden angenommen.</translation>
    </message>
    <message>
        <source>Spaces at the beginning or end do not belong to it: &quot;%1&quot; (␣ is a space).</source>
        <translation>Leerzeichen am Anfang oder Ende gehören nicht dazu: „%1“ (␣ ist ein Leerzeichen).</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an id. Example: 72f988bf-86f1-41af-91ab-2d7cd011db47.</source>
        <translation>„%1“ ist keine ID. Beispiel: 72f988bf-86f1-41af-91ab-2d7cd011db47.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a region&apos;s name. Regions are written in small letters without spaces, for example westeurope; did you mean %2?</source>
        <translation>„%1“ ist nicht der Name einer Region. Regionen werden in Kleinbuchstaben ohne Leerzeichen geschrieben, zum Beispiel westeurope; meinten Sie %2?</translation>
    </message>
    <message>
        <source>The setup asks for nothing. Give at least one of server, privateEndpoint, integration and linkedService.</source>
        <translation>Das Setup verlangt nichts. Geben Sie mindestens eines von server, privateEndpoint, integration und linkedService an.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither the id of a subscription nor a name. An id has no braces and five groups of digits: 8-4-4-4-12.</source>
        <translation>„%1“ ist weder die ID eines Abonnements noch ein Name. Eine ID hat keine Klammern und fünf Zifferngruppen: 8-4-4-4-12.</translation>
    </message>
    <message>
        <source>There is no resource group for this. Add &quot;resourceGroup&quot;: {&quot;name&quot;: &quot;rg-sales&quot;} to the setup, or name one here.</source>
        <translation>Dafür gibt es keine Ressourcengruppe. Ergänzen Sie das Setup um &quot;resourceGroup&quot;: {&quot;name&quot;: &quot;rg-sales&quot;}, oder nennen Sie hier eine.</translation>
    </message>
    <message>
        <source>A resource group&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name einer Ressourcengruppe hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a resource group: letters, digits and _ - ( ) . are allowed, and no point at the end. Example: rg-sales.</source>
        <translation>„%1“ kann keine Ressourcengruppe benennen: Zulässig sind Buchstaben, Ziffern und _ - ( ) . und kein Punkt am Ende. Beispiel: rg-sales.</translation>
    </message>
    <message>
        <source>The server has an id, so it exists, and &quot;create&quot; asks to make it. Keep one of the two.</source>
        <translation>Der Server hat eine ID, besteht also, und &quot;create&quot; verlangt, ihn zu erstellen. Behalten Sie nur eines von beiden.</translation>
    </message>
    <message>
        <source>The name &quot;%1&quot; does not fit the id, which ends in &quot;%2&quot;. Leave the name out.</source>
        <translation>Der Name „%1“ passt nicht zur ID, die mit „%2“ endet. Lassen Sie den Namen weg.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; belongs to private access by virtual network integration. Such a server cannot have private endpoints, and the choice cannot be changed later. Make the server with public access and add a privateEndpoint.</source>
        <translation>„%1“ gehört zum privaten Zugriff durch Integration in ein virtuelles Netzwerk. Ein solcher Server kann keine privaten Endpunkte haben, und diese Wahl lässt sich später nicht ändern. Erstellen Sie den Server mit öffentlichem Zugriff, und fügen Sie einen privateEndpoint hinzu.</translation>
    </message>
    <message>
        <source>A server&apos;s name has %2 to %3 characters; this one has %1. Example: pg-sales.</source>
        <translation>Der Name eines Servers hat %2 bis %3 Zeichen; dieser hat %1. Beispiel: pg-sales.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a server: small letters a–z, digits and hyphens are allowed, no hyphen at either end. Example: pg-sales.</source>
        <translation>„%1“ kann keinen Server benennen: Zulässig sind Kleinbuchstaben a–z, Ziffern und Bindestriche, aber kein Bindestrich am Anfang oder Ende. Beispiel: pg-sales.</translation>
    </message>
    <message>
        <source>An administrator&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name eines Administrators hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name the administrator: letters and digits are allowed. Example: salesdba.</source>
        <translation>„%1“ kann den Administrator nicht benennen: Zulässig sind Buchstaben und Ziffern. Beispiel: salesdba.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is reserved. Neither %2 nor names that begin with pg_ are taken. Example: salesdba.</source>
        <translation>„%1“ ist reserviert. Weder %2 noch Namen, die mit pg_ beginnen, werden angenommen. Beispiel: salesdba.</translation>
    </message>
    <message>
        <source>Password authentication is off, so the administrator&apos;s name and password are not used.</source>
        <translation>Die Kennwortauthentifizierung ist ausgeschaltet, daher werden Name und Kennwort des Administrators nicht verwendet.</translation>
    </message>
    <message>
        <source>The password has %1 characters; 8 to 128 are allowed.</source>
        <translation>Das Kennwort hat %1 Zeichen; zulässig sind 8 bis 128.</translation>
    </message>
    <message>
        <source>The password needs three of these four: capital letters, small letters, digits, other characters.</source>
        <translation>Das Kennwort benötigt drei dieser vier: Großbuchstaben, Kleinbuchstaben, Ziffern, andere Zeichen.</translation>
    </message>
    <message>
        <source>The password must not contain the administrator&apos;s name &quot;%1&quot; or three of its characters in a row.</source>
        <translation>Das Kennwort darf weder den Namen „%1“ des Administrators noch drei seiner Zeichen hintereinander enthalten.</translation>
    </message>
    <message>
        <source>The password contains a line break or another control character.</source>
        <translation>Das Kennwort enthält einen Zeilenumbruch oder ein anderes Steuerzeichen.</translation>
    </message>
    <message>
        <source>The password begins or ends with a space, which is easily lost.</source>
        <translation>Das Kennwort beginnt oder endet mit einem Leerzeichen, das leicht verloren geht.</translation>
    </message>
    <message>
        <source>There is no PostgreSQL version &quot;%1&quot; here; 11 to 18 are, as whole numbers. Example: &quot;16&quot;.</source>
        <translation>Eine PostgreSQL-Version „%1“ gibt es hier nicht; es gibt 11 bis 18, als ganze Zahlen. Beispiel: &quot;16&quot;.</translation>
    </message>
    <message>
        <source>PostgreSQL %1 is past its community&apos;s end of life and costs extra support. Take 14 or newer for a new server.</source>
        <translation>PostgreSQL %1 wird von seiner Community nicht mehr unterstützt und kostet zusätzlichen Support. Nehmen Sie für einen neuen Server 14 oder neuer.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a compute size. Example: Standard_D2ds_v5.</source>
        <translation>„%1“ ist keine Computegröße. Beispiel: Standard_D2ds_v5.</translation>
    </message>
    <message>
        <source>The burstable size %1 cannot have a standby. Choose a general purpose size, for example Standard_D2ds_v5, or &quot;Disabled&quot;.</source>
        <translation>Die burstfähige Größe %1 kann keinen Standbyserver haben. Wählen Sie eine Universellgröße, zum Beispiel Standard_D2ds_v5, oder &quot;Disabled&quot;.</translation>
    </message>
    <message>
        <source>%1 GiB of storage cannot be had. Sizes: %2.</source>
        <translation>%1 GiB Speicher sind nicht erhältlich. Größen: %2.</translation>
    </message>
    <message>
        <source>Backups are kept for 7 to 35 days, not %1.</source>
        <translation>Sicherungen werden 7 bis 35 Tage aufbewahrt, nicht %1.</translation>
    </message>
    <message>
        <source>Nobody could sign in: switch on password or Microsoft Entra authentication, or both.</source>
        <translation>Niemand könnte sich anmelden: Schalten Sie die Kennwort- oder die Microsoft Entra-Authentifizierung ein, oder beide.</translation>
    </message>
    <message>
        <source>A firewall rule&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name einer Firewallregel hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a firewall rule: letters, digits, _ and - are allowed. Example: office.</source>
        <translation>„%1“ kann keine Firewallregel benennen: Zulässig sind Buchstaben, Ziffern, _ und -. Beispiel: office.</translation>
    </message>
    <message>
        <source>Two firewall rules are called &quot;%1&quot;.</source>
        <translation>Zwei Firewallregeln heißen „%1“.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an IPv4 address. Example: 203.0.113.10.</source>
        <translation>„%1“ ist keine IPv4-Adresse. Beispiel: 203.0.113.10.</translation>
    </message>
    <message>
        <source>The range ends at %2, before its beginning %1. Exchange the two.</source>
        <translation>Der Bereich endet bei %2, vor seinem Anfang %1. Vertauschen Sie die beiden.</translation>
    </message>
    <message>
        <source>0.0.0.0 lets every Azure customer&apos;s services reach the server, not only yours.</source>
        <translation>0.0.0.0 lässt die Dienste aller Azure-Kunden zum Server, nicht nur Ihre.</translation>
    </message>
    <message>
        <source>This rule lets everybody up to %1 reach the server from the internet.</source>
        <translation>Diese Regel lässt alle bis %1 aus dem Internet zum Server.</translation>
    </message>
    <message>
        <source>Public access is disabled: firewall rules are not applied. Leave them out, or enable public access.</source>
        <translation>Der öffentliche Zugriff ist deaktiviert: Firewallregeln werden nicht angewendet. Lassen Sie sie weg, oder aktivieren Sie den öffentlichen Zugriff.</translation>
    </message>
    <message>
        <source>Public access is enabled, but no firewall rule lets anybody in: only private endpoints will work.</source>
        <translation>Der öffentliche Zugriff ist aktiviert, aber keine Firewallregel lässt jemanden hinein: Nur private Endpunkte werden funktionieren.</translation>
    </message>
    <message>
        <source>A database&apos;s name has %2 to %3 bytes; this one has %1.</source>
        <translation>Der Name einer Datenbank hat %2 bis %3 Byte; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a database: it begins with a letter or _, then letters, digits, _ and - are allowed. Example: sales-2026.</source>
        <translation>„%1“ kann keine Datenbank benennen: Der Name beginnt mit einem Buchstaben oder _, danach sind Buchstaben, Ziffern, _ und - zulässig. Beispiel: sales-2026.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is there already or reserved, as are all of %2. Choose another name.</source>
        <translation>„%1“ ist bereits vorhanden oder reserviert, wie alle aus %2. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>The database &quot;%1&quot; stands in the list twice.</source>
        <translation>Die Datenbank „%1“ steht zweimal in der Liste.</translation>
    </message>
    <message>
        <source>A private endpoint leads to a server: add &quot;server&quot; with &quot;create&quot; or with the &quot;id&quot; of one that exists.</source>
        <translation>Ein privater Endpunkt führt zu einem Server: Fügen Sie &quot;server&quot; mit &quot;create&quot; oder mit der &quot;id&quot; eines vorhandenen hinzu.</translation>
    </message>
    <message>
        <source>A private endpoint&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name eines privaten Endpunkts hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a private endpoint: it begins with a letter or digit and ends with one or _; between them _ . - are allowed too. Example: pe-sales.</source>
        <translation>„%1“ kann keinen privaten Endpunkt benennen: Der Name beginnt mit einem Buchstaben oder einer Ziffer und endet damit oder mit _; dazwischen sind auch _ . - zulässig. Beispiel: pe-sales.</translation>
    </message>
    <message>
        <source>The private endpoint must lie in its virtual network&apos;s subscription %1, not in %2. Set privateEndpoint.subscription.</source>
        <translation>Der private Endpunkt muss im Abonnement %1 seines virtuellen Netzwerks liegen, nicht in %2. Setzen Sie privateEndpoint.subscription.</translation>
    </message>
    <message>
        <source>The virtual network is in subscription %1, the server in %2. Microsoft&apos;s article asks for one subscription; Azure no longer does.</source>
        <translation>Das virtuelle Netzwerk liegt im Abonnement %1, der Server in %2. Der Artikel von Microsoft verlangt dasselbe Abonnement; Azure tut das nicht mehr.</translation>
    </message>
    <message>
        <source>The private endpoint is in %1, the server in %2. Microsoft&apos;s article asks for one region; Azure no longer does, but traffic between regions takes longer and costs more.</source>
        <translation>Der private Endpunkt liegt in %1, der Server in %2. Der Artikel von Microsoft verlangt dieselbe Region; Azure tut das nicht mehr, aber Datenverkehr zwischen Regionen dauert länger und kostet mehr.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a sub-resource of a flexible server; the only one is postgresqlServer.</source>
        <translation>„%1“ ist keine Unterressource eines flexiblen Servers; die einzige ist postgresqlServer.</translation>
    </message>
    <message>
        <source>A subnet&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name eines Subnetzes hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a subnet&apos;s name: letters, digits and _ . - are allowed. Example: snet-pe.</source>
        <translation>„%1“ ist nicht der Name eines Subnetzes: Zulässig sind Buchstaben, Ziffern und _ . -. Beispiel: snet-pe.</translation>
    </message>
    <message>
        <source>The request has %1 characters; Azure takes at most %2.</source>
        <translation>Die Anforderung hat %1 Zeichen; Azure nimmt höchstens %2 an.</translation>
    </message>
    <message>
        <source>Azure never looks into the zone %1: Microsoft&apos;s article names it by mistake. The zone is %2. Write &quot;auto&quot; and it is found or made.</source>
        <translation>Azure sucht nie in der Zone %1: Der Artikel von Microsoft nennt sie irrtümlich. Die Zone heißt %2. Schreiben Sie &quot;auto&quot;, dann wird sie gefunden oder erstellt.</translation>
    </message>
    <message>
        <source>The zone is called %1, but Azure looks for the server in %2.</source>
        <translation>Die Zone heißt %1, aber Azure sucht den Server in %2.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither &quot;auto&quot; nor the resource id of a private DNS zone. Write &quot;auto&quot; to find or make %2.</source>
        <translation>„%1“ ist weder &quot;auto&quot; noch die Ressourcen-ID einer privaten DNS-Zone. Schreiben Sie &quot;auto&quot;, um %2 zu finden oder zu erstellen.</translation>
    </message>
    <message>
        <source>The zone is used with dns mode &quot;zone&quot; only. Leave it out or change the mode.</source>
        <translation>Die Zone wird nur mit dem DNS-Modus &quot;zone&quot; verwendet. Lassen Sie sie weg, oder ändern Sie den Modus.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an IPv4 network. Example: 10.0.1.0/24.</source>
        <translation>„%1“ ist kein IPv4-Netzwerk. Beispiel: 10.0.1.0/24.</translation>
    </message>
    <message>
        <source>%1 cannot be a subnet: sizes go from /8 to /29, and Azure keeps five addresses of each. Example: 10.0.1.0/27.</source>
        <translation>%1 kann kein Subnetz sein: Größen gehen von /8 bis /29, und Azure behält von jedem fünf Adressen. Beispiel: 10.0.1.0/27.</translation>
    </message>
    <message>
        <source>%1 is an address inside a network, not the network&apos;s own. The network is %2.</source>
        <translation>%1 ist eine Adresse in einem Netzwerk, nicht die des Netzwerks selbst. Das Netzwerk ist %2.</translation>
    </message>
    <message>
        <source>%1 is IPv6; a flexible server&apos;s private endpoint takes IPv4. Example: 10.0.1.0/24.</source>
        <translation>%1 ist IPv6; der private Endpunkt eines flexiblen Servers nimmt IPv4. Beispiel: 10.0.1.0/24.</translation>
    </message>
    <message>
        <source>%1 does not lie in the virtual network, which has %2.</source>
        <translation>%1 liegt nicht im virtuellen Netzwerk, das %2 hat.</translation>
    </message>
    <message>
        <source>%1 overlaps with the subnet %2.</source>
        <translation>%1 überschneidet sich mit dem Subnetz %2.</translation>
    </message>
    <message>
        <source>A data factory&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name einer Data Factory hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a data factory: letters, digits and single hyphens between them are allowed. Example: adf-sales.</source>
        <translation>„%1“ kann keine Data Factory benennen: Zulässig sind Buchstaben, Ziffern und einzelne Bindestriche dazwischen. Beispiel: adf-sales.</translation>
    </message>
    <message>
        <source>An integration runtime&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name einer Integration Runtime hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name an integration runtime: letters, digits and single hyphens between them are allowed. Example: VnetRuntime.</source>
        <translation>„%1“ kann keine Integration Runtime benennen: Zulässig sind Buchstaben, Ziffern und einzelne Bindestriche dazwischen. Beispiel: VnetRuntime.</translation>
    </message>
    <message>
        <source>This name has %2 to %3 characters; &quot;%4&quot; has %1.</source>
        <translation>Dieser Name hat %2 bis %3 Zeichen; „%4“ hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be the name: letters, digits, _ and inner hyphens are allowed. Example: mpe-pg-sales.</source>
        <translation>„%1“ kann nicht der Name sein: Zulässig sind Buchstaben, Ziffern, _ und innere Bindestriche. Beispiel: mpe-pg-sales.</translation>
    </message>
    <message>
        <source>Interactive authoring ends after 10, 30, 60 or 120 minutes, not %1.</source>
        <translation>Die interaktive Erstellung endet nach 10, 30, 60 oder 120 Minuten, nicht nach %1.</translation>
    </message>
    <message>
        <source>A managed private endpoint serves an integration runtime in the managed virtual network: add &quot;runtime&quot;: {&quot;name&quot;: &quot;VnetRuntime&quot;}.</source>
        <translation>Ein verwalteter privater Endpunkt dient einer Integration Runtime im verwalteten virtuellen Netzwerk: Fügen Sie &quot;runtime&quot;: {&quot;name&quot;: &quot;VnetRuntime&quot;} hinzu.</translation>
    </message>
    <message>
        <source>A managed private endpoint leads to a server: add &quot;server&quot; with &quot;create&quot; or with the &quot;id&quot; of one that exists.</source>
        <translation>Ein verwalteter privater Endpunkt führt zu einem Server: Fügen Sie &quot;server&quot; mit &quot;create&quot; oder mit der &quot;id&quot; eines vorhandenen hinzu.</translation>
    </message>
    <message>
        <source>A linked service&apos;s name has %2 to %3 characters; this one has %1.</source>
        <translation>Der Name eines verknüpften Diensts hat %2 bis %3 Zeichen; dieser hat %1.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot name a linked service: it begins with a letter, and - &lt; &gt; * # . % &amp; : \ + ? / are not allowed. Example: PgSales.</source>
        <translation>„%1“ kann keinen verknüpften Dienst benennen: Der Name beginnt mit einem Buchstaben, und - &lt; &gt; * # . % &amp; : \ + ? / sind nicht zulässig. Beispiel: PgSales.</translation>
    </message>
    <message>
        <source>There is no version &quot;%1&quot; of the connector; there are &quot;2.0&quot; and &quot;1.0&quot;.</source>
        <translation>Eine Version „%1“ des Connectors gibt es nicht; es gibt &quot;2.0&quot; und &quot;1.0&quot;.</translation>
    </message>
    <message>
        <source>Version 1.0 of the connector is superseded: no TLS 1.3, no managed identities. Take &quot;2.0&quot;.</source>
        <translation>Version 1.0 des Connectors ist abgelöst: kein TLS 1.3, keine verwalteten Identitäten. Nehmen Sie &quot;2.0&quot;.</translation>
    </message>
    <message>
        <source>No data factory is named, so the linked service can be exported but not made. Add &quot;integration&quot;: {&quot;name&quot;: &quot;adf-sales&quot;}.</source>
        <translation>Es ist keine Data Factory genannt, daher kann der verknüpfte Dienst exportiert, aber nicht erstellt werden. Fügen Sie &quot;integration&quot;: {&quot;name&quot;: &quot;adf-sales&quot;} hinzu.</translation>
    </message>
    <message>
        <source>The account is taken from the subscription, but the setup has no server. Add &quot;server&quot;, or write &quot;account&quot;: &quot;manual&quot; and a &quot;host&quot;.</source>
        <translation>Das Konto wird aus dem Abonnement genommen, aber das Setup hat keinen Server. Fügen Sie &quot;server&quot; hinzu, oder schreiben Sie &quot;account&quot;: &quot;manual&quot; und einen &quot;host&quot;.</translation>
    </message>
    <message>
        <source>The host &quot;%1&quot; is used with account &quot;manual&quot; only; the server of this setup is taken.</source>
        <translation>Der Host „%1“ wird nur mit account &quot;manual&quot; verwendet; genommen wird der Server dieses Setups.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name; neither scheme nor port belong to it. Example: pg-sales.postgres.database.azure.com.</source>
        <translation>„%1“ ist kein Hostname; weder Schema noch Port gehören dazu. Beispiel: pg-sales.postgres.database.azure.com.</translation>
    </message>
    <message>
        <source>%1 is an address, but VerifyFull needs the DNS name that stands in the server&apos;s certificate. Example: pg-sales.postgres.database.azure.com.</source>
        <translation>%1 ist eine Adresse, VerifyFull benötigt aber den DNS-Namen, der im Zertifikat des Servers steht. Beispiel: pg-sales.postgres.database.azure.com.</translation>
    </message>
    <message>
        <source>%1 is the private zone&apos;s name for the server; the certificate is for the public name. Use %2, which leads to the private address from inside.</source>
        <translation>%1 ist der Name des Servers in der privaten Zone; das Zertifikat gilt für den öffentlichen Namen. Verwenden Sie %2, der von innen zur privaten Adresse führt.</translation>
    </message>
    <message>
        <source>%1 is not a port: 1 to 65535, usually 5432.</source>
        <translation>%1 ist kein Port: 1 bis 65535, gewöhnlich 5432.</translation>
    </message>
    <message>
        <source>The new server will not have a database &quot;%1&quot;. Add it to server.databases.</source>
        <translation>Der neue Server wird keine Datenbank „%1“ haben. Fügen Sie sie zu server.databases hinzu.</translation>
    </message>
    <message>
        <source>No integration runtime is named: Data Factory takes its public one, and the private endpoint is never used.</source>
        <translation>Es ist keine Integration Runtime genannt: Data Factory nimmt ihre öffentliche, und der private Endpunkt wird nie verwendet.</translation>
    </message>
    <message>
        <source>The linked service connects via &quot;%1&quot;, but the setup&apos;s integration runtime is &quot;%2&quot;. They must be the same.</source>
        <translation>Der verknüpfte Dienst verbindet über „%1“, die Integration Runtime des Setups ist aber „%2“. Beide müssen gleich sein.</translation>
    </message>
    <message>
        <source>%1 does not insist on encryption. Say why in encryptionReason, or take Require or better: VerifyFull.</source>
        <translation>%1 besteht nicht auf Verschlüsselung. Begründen Sie das in encryptionReason, oder nehmen Sie Require oder besser: VerifyFull.</translation>
    </message>
    <message>
        <source>%1 is not encrypted, and the server refuses that while require_secure_transport is on, which is its default. Take VerifyFull.</source>
        <translation>%1 ist nicht verschlüsselt, und der Server lehnt das ab, solange require_secure_transport eingeschaltet ist, was die Vorgabe ist. Nehmen Sie VerifyFull.</translation>
    </message>
    <message>
        <source>%1 sends everything, the password too, in clear text. It works only because require_secure_transport is off, which is not recommended.</source>
        <translation>%1 sendet alles, auch das Kennwort, im Klartext. Das funktioniert nur, weil require_secure_transport ausgeschaltet ist, was nicht empfohlen wird.</translation>
    </message>
    <message>
        <source>%1 may fall back to clear text, because require_secure_transport is off. Take Require or better.</source>
        <translation>%1 kann auf Klartext zurückfallen, weil require_secure_transport ausgeschaltet ist. Nehmen Sie Require oder besser.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not checked, so %1 cannot tell the server from an impostor.</source>
        <translation>Das Zertifikat des Servers wird nicht geprüft, daher kann %1 den Server nicht von einem Betrüger unterscheiden.</translation>
    </message>
    <message>
        <source>Authentication type %1 needs &quot;%2&quot;.</source>
        <translation>Der Authentifizierungstyp %1 benötigt „%2“.</translation>
    </message>
    <message>
        <source>Authentication type %1 has no &quot;%2&quot;. Leave it out, or choose another type.</source>
        <translation>Der Authentifizierungstyp %1 hat kein „%2“. Lassen Sie es weg, oder wählen Sie einen anderen Typ.</translation>
    </message>
    <message>
        <source>A service principal signs in with a key or with a certificate. Keep one of the two.</source>
        <translation>Ein Dienstprinzipal meldet sich mit einem Schlüssel oder mit einem Zertifikat an. Behalten Sie nur eines von beiden.</translation>
    </message>
    <message>
        <source>Version 1.0 knows only BasicAuth, not %1. Take version &quot;2.0&quot;.</source>
        <translation>Version 1.0 kennt nur BasicAuth, nicht %1. Nehmen Sie Version &quot;2.0&quot;.</translation>
    </message>
    <message>
        <source>%1 signs in with a password: set server.authentication.password to true.</source>
        <translation>%1 meldet sich mit einem Kennwort an: Setzen Sie server.authentication.password auf true.</translation>
    </message>
    <message>
        <source>%1 signs in with a Microsoft Entra identity: set server.authentication.entra to true.</source>
        <translation>%1 meldet sich mit einer Microsoft Entra-Identität an: Setzen Sie server.authentication.entra auf true.</translation>
    </message>
    <message>
        <source>%1 is the id of the application. Its service principal (enterprise application) has an object id of its own (az ad sp show --id %1 --query id).</source>
        <translation>%1 ist die ID der Anwendung. Ihr Dienstprinzipal (Unternehmensanwendung) hat eine eigene Objekt-ID (az ad sp show --id %1 --query id).</translation>
    </message>
    <message>
        <source>Did you mean &quot;%1&quot;?</source>
        <translation>Meinten Sie „%1“?</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>Zeile %1, Spalte %2</translation>
    </message>
    <message>
        <source>warning: </source>
        <translation>Warnung: </translation>
    </message>
    <message>
        <source>the end of the file</source>
        <translation>das Ende der Datei</translation>
    </message>
    <message>
        <source>a key in quotation marks</source>
        <translation>ein Schlüssel in Anführungszeichen</translation>
    </message>
    <message>
        <source>a digit</source>
        <translation>eine Ziffer</translation>
    </message>
    <message>
        <source>no digit behind a leading 0</source>
        <translation>keine Ziffer nach einer führenden 0</translation>
    </message>
    <message>
        <source>a value</source>
        <translation>ein Wert</translation>
    </message>
    <message>
        <source>boolean</source>
        <translation>Wahrheitswert</translation>
    </message>
    <message>
        <source>number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>string</source>
        <translation>Zeichenfolge</translation>
    </message>
    <message>
        <source>object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>integer</source>
        <translation>ganze Zahl</translation>
    </message>
    <message>
        <source>number with decimals</source>
        <translation>Zahl mit Nachkommastellen</translation>
    </message>
    <message>
        <source>list</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>The file is empty. A setup document starts with { &quot;causeway&quot;: 1 …; the window makes one, or causewayctl init writes an example.</source>
        <translation>Die Datei ist leer. Ein Setupdokument beginnt mit { &quot;causeway&quot;: 1 …; das Fenster legt eines an, oder causewayctl init schreibt ein Beispiel.</translation>
    </message>
</context>
<context>
    <name>PlanRows</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>about %1 s</source>
        <translation>etwa %1 s</translation>
    </message>
    <message>
        <source>about %1 min</source>
        <translation>etwa %1 min</translation>
    </message>
    <message>
        <source>Done: everything is as the setup wants it.</source>
        <translation>Fertig: Alles ist so, wie das Setup es will.</translation>
    </message>
    <message>
        <source>The run has failed. What was made stays; mend the cause and resume.</source>
        <translation>Die Ausführung ist fehlgeschlagen. Was erstellt wurde, bleibt; beheben Sie die Ursache, und setzen Sie fort.</translation>
    </message>
    <message>
        <source>The run was cancelled. What was made stays, and resume goes on from there.</source>
        <translation>Die Ausführung wurde abgebrochen. Was erstellt wurde, bleibt; „Fortsetzen“ macht von dort aus weiter.</translation>
    </message>
    <message>
        <source>Nothing was done.</source>
        <translation>Es wurde nichts getan.</translation>
    </message>
    <message>
        <source>The run waits for somebody to approve; resume goes on afterwards.</source>
        <translation>Die Ausführung wartet darauf, dass jemand genehmigt; danach geht es mit „Fortsetzen“ weiter.</translation>
    </message>
    <message>
        <source>is so already</source>
        <translation>ist bereits so</translation>
    </message>
    <message>
        <source>  ·  on the longest way</source>
        <translation>  ·  auf dem längsten Weg</translation>
    </message>
    <message>
        <source>Nothing is sent: it is so already.</source>
        <translation>Es wird nichts gesendet: Es ist bereits so.</translation>
    </message>
    <message>
        <source>Nothing is sent: this step only waits and looks.</source>
        <translation>Es wird nichts gesendet: Dieser Schritt wartet und sieht nur nach.</translation>
    </message>
</context>
<context>
    <name>Setting</name>
    <message>
        <source>A client id is 32 hexadecimal digits in five groups, as the registration&apos;s overview page shows it.</source>
        <translation>Eine Client-ID besteht aus 32 hexadezimalen Ziffern in fünf Gruppen, wie die Übersichtsseite der Registrierung sie zeigt.</translation>
    </message>
    <message>
        <source>This id belongs to an application of Microsoft: consent would name another product, its permissions may change at any time, and security teams are alerted. Register an application of your own, or sign in with the Azure CLI.</source>
        <translation>Diese ID gehört einer Anwendung von Microsoft: Die Zustimmung würde ein anderes Produkt nennen, ihre Berechtigungen können sich jederzeit ändern, und Sicherheitsteams werden alarmiert. Registrieren Sie eine eigene Anwendung, oder melden Sie sich mit der Azure CLI an.</translation>
    </message>
    <message>
        <source>A proxy is a host name or an address, without http:// and without a path.</source>
        <translation>Ein Proxy ist ein Hostname oder eine Adresse, ohne http:// und ohne Pfad.</translation>
    </message>
    <message>
        <source>A proxy&apos;s port is 1 to 65535.</source>
        <translation>Der Port eines Proxys ist 1 bis 65535.</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>The file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).</source>
        <translation>Die Datei enthält kein Zertifikat in PEM-Form (-----BEGIN CERTIFICATE-----).</translation>
    </message>
    <message>
        <source>The address of Azure Resource Manager is https and a host, as https://management.example.com.</source>
        <translation>Die Adresse von Azure Resource Manager ist https und ein Host, wie https://management.example.com.</translation>
    </message>
    <message>
        <source>The address of the sign-in service is https and a host, as https://login.example.com.</source>
        <translation>Die Adresse des Anmeldedienstes ist https und ein Host, wie https://login.example.com.</translation>
    </message>
    <message>
        <source>A tenant is its id (a GUID) or one of its domains, as contoso.onmicrosoft.com.</source>
        <translation>Ein Mandant ist seine ID (eine GUID) oder eine seiner Domänen, wie contoso.onmicrosoft.com.</translation>
    </message>
</context>
<context>
    <name>SetupSecrets</name>
    <message>
        <source>It has to be typed on its page before the run.</source>
        <translation>Es muss vor der Ausführung auf seiner Seite eingegeben werden.</translation>
    </message>
    <message>
        <source>The environment variable %1 is not set.</source>
        <translation>Die Umgebungsvariable %1 ist nicht gesetzt.</translation>
    </message>
    <message>
        <source>There is no keychain here.</source>
        <translation>Hier gibt es keinen Schlüsselbund.</translation>
    </message>
    <message>
        <source>There is no such secret.</source>
        <translation>Ein solches Geheimnis gibt es nicht.</translation>
    </message>
    <message>
        <source>The run makes this password by itself, so nothing can be tried with it before.</source>
        <translation>Dieses Kennwort erzeugt erst die Ausführung; vorher lässt sich damit nichts ausprobieren.</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>The request for permission was declined in the browser.</source>
        <translation>Die Bitte um Zustimmung wurde im Browser abgelehnt.</translation>
    </message>
    <message>
        <source>Nobody has agreed yet that this application may act for you.</source>
        <translation>Noch hat niemand zugestimmt, dass diese Anwendung für Sie handeln darf.</translation>
    </message>
    <message>
        <source>Sign in again and agree on the page that Microsoft shows. Where users may not agree, send the link below to an administrator of the tenant.</source>
        <translation>Melden Sie sich erneut an und stimmen Sie auf der Seite zu, die Microsoft zeigt. Wo Benutzer nicht zustimmen dürfen, senden Sie den Link unten an einen Administrator des Mandanten.</translation>
    </message>
    <message>
        <source>In this tenant only an administrator may agree that this application acts for users, and none has.</source>
        <translation>In diesem Mandanten darf nur ein Administrator zustimmen, dass diese Anwendung für Benutzer handelt, und keiner hat es getan.</translation>
    </message>
    <message>
        <source>Send the link below to an administrator of the tenant; after the consent, sign in again. It asks for: Azure Service Management, user_impersonation.</source>
        <translation>Senden Sie den Link unten an einen Administrator des Mandanten; melden Sie sich nach der Zustimmung erneut an. Er bittet um: Azure Service Management, user_impersonation.</translation>
    </message>
    <message>
        <source>An administrator has to agree, and this tenant takes requests for that on the sign-in page.</source>
        <translation>Ein Administrator muss zustimmen, und dieser Mandant nimmt Bitten darum auf der Anmeldeseite an.</translation>
    </message>
    <message>
        <source>Sign in again, write a reason on Microsoft&apos;s page and send the request; or send the link below to an administrator yourself.</source>
        <translation>Melden Sie sich erneut an, schreiben Sie auf Microsofts Seite einen Grund und senden Sie die Bitte ab; oder senden Sie den Link unten selbst an einen Administrator.</translation>
    </message>
    <message>
        <source>The application has not even been allowed to sign users in and read their profile.</source>
        <translation>Der Anwendung wurde nicht einmal erlaubt, Benutzer anzumelden und ihr Profil zu lesen.</translation>
    </message>
    <message>
        <source>Add the delegated permission Microsoft Graph, User.Read to the registration %1, or send the link below to an administrator.</source>
        <translation>Fügen Sie der Registrierung %1 die delegierte Berechtigung Microsoft Graph, User.Read hinzu, oder senden Sie den Link unten an einen Administrator.</translation>
    </message>
    <message>
        <source>A second factor is asked for and you have not set one up.</source>
        <translation>Ein zweiter Faktor wird verlangt, und Sie haben keinen eingerichtet.</translation>
    </message>
    <message>
        <source>A second factor is asked for.</source>
        <translation>Ein zweiter Faktor wird verlangt.</translation>
    </message>
    <message>
        <source>A second factor is asked for, because a policy changed or you are in a new place.</source>
        <translation>Ein zweiter Faktor wird verlangt, weil sich eine Richtlinie geändert hat oder Sie an einem neuen Ort sind.</translation>
    </message>
    <message>
        <source>Your second factor was given too long ago.</source>
        <translation>Ihr zweiter Faktor ist zu lange her.</translation>
    </message>
    <message>
        <source>A second factor has to be set up for this account.</source>
        <translation>Für dieses Konto muss ein zweiter Faktor eingerichtet werden.</translation>
    </message>
    <message>
        <source>Another check of your organisation is outstanding: a second factor of another provider, or terms of use.</source>
        <translation>Eine weitere Prüfung Ihrer Organisation steht aus: ein zweiter Faktor eines anderen Anbieters oder Nutzungsbedingungen.</translation>
    </message>
    <message>
        <source>A second factor has to be set up, but the sign-in looks risky to your organisation.</source>
        <translation>Ein zweiter Faktor muss eingerichtet werden, aber die Anmeldung erscheint Ihrer Organisation riskant.</translation>
    </message>
    <message>
        <source>Sign in from a place and a device that your organisation knows, and set the second factor up there.</source>
        <translation>Melden Sie sich von einem Ort und einem Gerät aus an, die Ihre Organisation kennt, und richten Sie den zweiten Faktor dort ein.</translation>
    </message>
    <message>
        <source>The device has to prove who it is.</source>
        <translation>Das Gerät muss beweisen, wer es ist.</translation>
    </message>
    <message>
        <source>The device is not joined to the organisation.</source>
        <translation>Das Gerät gehört nicht zur Organisation.</translation>
    </message>
    <message>
        <source>The device could not prove who it is.</source>
        <translation>Das Gerät konnte nicht beweisen, wer es ist.</translation>
    </message>
    <message>
        <source>The device said nothing about itself.</source>
        <translation>Das Gerät sagte nichts über sich.</translation>
    </message>
    <message>
        <source>The device does not meet your organisation&apos;s rules (compliance).</source>
        <translation>Das Gerät erfüllt die Regeln Ihrer Organisation nicht (Konformität).</translation>
    </message>
    <message>
        <source>The device is not joined to the organisation&apos;s domain.</source>
        <translation>Das Gerät gehört nicht zur Domäne der Organisation.</translation>
    </message>
    <message>
        <source>Your organisation allows only applications of its own list, and this one is not on it.</source>
        <translation>Ihre Organisation erlaubt nur Anwendungen ihrer eigenen Liste, und diese steht nicht darauf.</translation>
    </message>
    <message>
        <source>Your organisation does not allow this operating system.</source>
        <translation>Ihre Organisation erlaubt dieses Betriebssystem nicht.</translation>
    </message>
    <message>
        <source>Your organisation wants a sign-in broker, which Causeway does not use.</source>
        <translation>Ihre Organisation verlangt einen Anmeldebroker, den Causeway nicht verwendet.</translation>
    </message>
    <message>
        <source>A conditional access policy blocks this sign-in.</source>
        <translation>Eine Richtlinie für bedingten Zugriff sperrt diese Anmeldung.</translation>
    </message>
    <message>
        <source>Was it a device code? Many organisations block that way: sign in with the browser instead. Else ask an administrator, with the line below.</source>
        <translation>War es ein Gerätecode? Viele Organisationen sperren diesen Weg: Melden Sie sich stattdessen mit dem Browser an. Sonst fragen Sie einen Administrator, mit der Zeile unten.</translation>
    </message>
    <message>
        <source>A security policy of the tenant blocks this sign-in.</source>
        <translation>Eine Sicherheitsrichtlinie des Mandanten sperrt diese Anmeldung.</translation>
    </message>
    <message>
        <source>A delegated administrator was blocked because of suspicious activity.</source>
        <translation>Ein delegierter Administrator wurde wegen verdächtiger Aktivität gesperrt.</translation>
    </message>
    <message>
        <source>The tenant&apos;s security defaults block this sign-in.</source>
        <translation>Die Sicherheitsstandards des Mandanten sperren diese Anmeldung.</translation>
    </message>
    <message>
        <source>Set up a second factor for the account at https://aka.ms/mfasetup, then sign in again; else ask an administrator.</source>
        <translation>Richten Sie für das Konto unter https://aka.ms/mfasetup einen zweiten Faktor ein und melden Sie sich dann erneut an; sonst fragen Sie einen Administrator.</translation>
    </message>
    <message>
        <source>Your home tenant blocks you because of a risk.</source>
        <translation>Ihr Heimatmandant sperrt Sie wegen eines Risikos.</translation>
    </message>
    <message>
        <source>An administrator of your home tenant has to look into the risk and dismiss it.</source>
        <translation>Ein Administrator Ihres Heimatmandanten muss das Risiko prüfen und verwerfen.</translation>
    </message>
    <message>
        <source>A conditional access policy was not met: device, place or risk.</source>
        <translation>Eine Richtlinie für bedingten Zugriff wurde nicht erfüllt: Gerät, Ort oder Risiko.</translation>
    </message>
    <message>
        <source>Your network allows only certain tenants, and this is none of them.</source>
        <translation>Ihr Netz erlaubt nur bestimmte Mandanten, und dieser ist keiner davon.</translation>
    </message>
    <message>
        <source>The network&apos;s tenant restrictions have to allow tenant %2: ask your network administrators.</source>
        <translation>Die Mandanteneinschränkungen des Netzes müssen den Mandanten %2 erlauben: Fragen Sie Ihre Netzwerkadministratoren.</translation>
    </message>
    <message>
        <source>Your organisation&apos;s tenant restrictions do not allow this tenant.</source>
        <translation>Die Mandanteneinschränkungen Ihrer Organisation erlauben diesen Mandanten nicht.</translation>
    </message>
    <message>
        <source>Your organisation&apos;s tenant restrictions name no tenant that could be allowed.</source>
        <translation>Die Mandanteneinschränkungen Ihrer Organisation nennen keinen Mandanten, der erlaubt sein könnte.</translation>
    </message>
    <message>
        <source>The proxy sends a broken list of allowed tenants: ask your network administrators.</source>
        <translation>Der Proxy sendet eine kaputte Liste erlaubter Mandanten: Fragen Sie Ihre Netzwerkadministratoren.</translation>
    </message>
    <message>
        <source>Your home tenant does not let you work in this tenant.</source>
        <translation>Ihr Heimatmandant lässt Sie in diesem Mandanten nicht arbeiten.</translation>
    </message>
    <message>
        <source>An administrator of your home tenant has to allow outbound access to tenant %2.</source>
        <translation>Ein Administrator Ihres Heimatmandanten muss den ausgehenden Zugriff auf den Mandanten %2 erlauben.</translation>
    </message>
    <message>
        <source>This tenant does not let users of your home tenant in.</source>
        <translation>Dieser Mandant lässt Benutzer Ihres Heimatmandanten nicht ein.</translation>
    </message>
    <message>
        <source>An administrator of tenant %2 has to allow inbound access from your home tenant.</source>
        <translation>Ein Administrator des Mandanten %2 muss den eingehenden Zugriff aus Ihrem Heimatmandanten erlauben.</translation>
    </message>
    <message>
        <source>The session has ended: it is too old or was revoked.</source>
        <translation>Die Sitzung ist zu Ende: Sie ist zu alt oder wurde widerrufen.</translation>
    </message>
    <message>
        <source>The session has ended because it was not used for a long time.</source>
        <translation>Die Sitzung ist zu Ende, weil sie lange nicht benutzt wurde.</translation>
    </message>
    <message>
        <source>Your organisation asks for a new sign-in after a time, and it is over.</source>
        <translation>Ihre Organisation verlangt nach einer Zeit eine neue Anmeldung, und sie ist um.</translation>
    </message>
    <message>
        <source>The session was revoked, for instance because the password was changed.</source>
        <translation>Die Sitzung wurde widerrufen, zum Beispiel weil das Kennwort geändert wurde.</translation>
    </message>
    <message>
        <source>The sign-in took too long, and its page has expired.</source>
        <translation>Die Anmeldung dauerte zu lange, und ihre Seite ist abgelaufen.</translation>
    </message>
    <message>
        <source>The session is not valid any more: the password was changed or has expired.</source>
        <translation>Die Sitzung gilt nicht mehr: Das Kennwort wurde geändert oder ist abgelaufen.</translation>
    </message>
    <message>
        <source>The session is not valid any more: the password was changed recently.</source>
        <translation>Die Sitzung gilt nicht mehr: Das Kennwort wurde vor Kurzem geändert.</translation>
    </message>
    <message>
        <source>The sign-in&apos;s code was used already.</source>
        <translation>Der Code der Anmeldung wurde schon verwendet.</translation>
    </message>
    <message>
        <source>The service does not accept the kept session.</source>
        <translation>Der Dienst nimmt die aufbewahrte Sitzung nicht an.</translation>
    </message>
    <message>
        <source>This account is not in tenant %2, and is no guest there.</source>
        <translation>Dieses Konto ist nicht im Mandanten %2 und dort auch kein Gast.</translation>
    </message>
    <message>
        <source>Choose another account, or have an administrator of the tenant invite this one as a guest.</source>
        <translation>Wählen Sie ein anderes Konto, oder lassen Sie dieses von einem Administrator des Mandanten als Gast einladen.</translation>
    </message>
    <message>
        <source>There is no such user in tenant %2.</source>
        <translation>Im Mandanten %2 gibt es keinen solchen Benutzer.</translation>
    </message>
    <message>
        <source>The account is not in the directory of tenant %2.</source>
        <translation>Das Konto ist nicht im Verzeichnis des Mandanten %2.</translation>
    </message>
    <message>
        <source>The invitation to tenant %2 has not been accepted yet.</source>
        <translation>Die Einladung in den Mandanten %2 wurde noch nicht angenommen.</translation>
    </message>
    <message>
        <source>Open the invitation&apos;s mail and accept it, then sign in again.</source>
        <translation>Öffnen Sie die E-Mail mit der Einladung und nehmen Sie sie an; melden Sie sich dann erneut an.</translation>
    </message>
    <message>
        <source>The browser is signed in with an account that is not in this tenant.</source>
        <translation>Der Browser ist mit einem Konto angemeldet, das nicht in diesem Mandanten ist.</translation>
    </message>
    <message>
        <source>The account belongs to another organisation and has to be added to tenant %2 as a guest first.</source>
        <translation>Das Konto gehört einer anderen Organisation und muss erst als Gast in den Mandanten %2 aufgenommen werden.</translation>
    </message>
    <message>
        <source>This kind of account cannot sign in here; personal accounts have no Azure tenant.</source>
        <translation>Diese Art von Konto kann sich hier nicht anmelden; persönliche Konten haben keinen Azure-Mandanten.</translation>
    </message>
    <message>
        <source>Use a work or school account, or name the tenant that the personal account is a guest of.</source>
        <translation>Verwenden Sie ein Geschäfts- oder Schulkonto, oder nennen Sie den Mandanten, in dem das persönliche Konto Gast ist.</translation>
    </message>
    <message>
        <source>The application is only for users who are assigned to it, and you are not.</source>
        <translation>Die Anwendung ist nur für zugewiesene Benutzer, und Sie sind es nicht.</translation>
    </message>
    <message>
        <source>An administrator can assign you: %3 › Microsoft Entra ID › Enterprise applications › %1 › Users and groups. Or switch &quot;Assignment required&quot; off there.</source>
        <translation>Ein Administrator kann Sie zuweisen: %3 › Microsoft Entra ID › Unternehmensanwendungen › %1 › Benutzer und Gruppen. Oder er schaltet dort „Zuweisung erforderlich“ aus.</translation>
    </message>
    <message>
        <source>The password has expired.</source>
        <translation>Das Kennwort ist abgelaufen.</translation>
    </message>
    <message>
        <source>The Active Directory password has expired.</source>
        <translation>Das Active-Directory-Kennwort ist abgelaufen.</translation>
    </message>
    <message>
        <source>User name or password is wrong.</source>
        <translation>Benutzername oder Kennwort ist falsch.</translation>
    </message>
    <message>
        <source>The account is locked after too many wrong tries, or the address you come from is known for attacks.</source>
        <translation>Das Konto ist nach zu vielen falschen Versuchen gesperrt, oder die Adresse, von der Sie kommen, ist für Angriffe bekannt.</translation>
    </message>
    <message>
        <source>Wait some minutes. If it stays locked, an administrator can unlock it.</source>
        <translation>Warten Sie einige Minuten. Bleibt es gesperrt, kann ein Administrator es entsperren.</translation>
    </message>
    <message>
        <source>The account is disabled.</source>
        <translation>Das Konto ist deaktiviert.</translation>
    </message>
    <message>
        <source>An administrator of its tenant can enable it.</source>
        <translation>Ein Administrator seines Mandanten kann es aktivieren.</translation>
    </message>
    <message>
        <source>The client id %1 is not known in tenant %2.</source>
        <translation>Die Client-ID %1 ist im Mandanten %2 nicht bekannt.</translation>
    </message>
    <message>
        <source>The client id %1 is not known in the account&apos;s organisation.</source>
        <translation>Die Client-ID %1 ist in der Organisation des Kontos nicht bekannt.</translation>
    </message>
    <message>
        <source>The application %1 is disabled in tenant %2.</source>
        <translation>Die Anwendung %1 ist im Mandanten %2 deaktiviert.</translation>
    </message>
    <message>
        <source>An administrator can enable it: %3 › Enterprise applications › %1 › Properties › Enabled for users to sign in.</source>
        <translation>Ein Administrator kann sie aktivieren: %3 › Unternehmensanwendungen › %1 › Eigenschaften › Aktiviert für die Benutzeranmeldung.</translation>
    </message>
    <message>
        <source>The application %1 has not been authorised in tenant %2.</source>
        <translation>Die Anwendung %1 ist im Mandanten %2 nicht autorisiert.</translation>
    </message>
    <message>
        <source>An administrator of the tenant has to open the link below first.</source>
        <translation>Ein Administrator des Mandanten muss zuerst den Link unten öffnen.</translation>
    </message>
    <message>
        <source>The registration %1 is for one tenant only, but no tenant was named.</source>
        <translation>Die Registrierung %1 ist nur für einen Mandanten, aber es wurde keiner genannt.</translation>
    </message>
    <message>
        <source>The registration %1 does not know the address that the browser returns to.</source>
        <translation>Die Registrierung %1 kennt die Adresse nicht, zu der der Browser zurückkehrt.</translation>
    </message>
    <message>
        <source>Add it: %3 › App registrations › %1 › Authentication › Add a platform › Mobile and desktop applications › http://localhost (without port and slash).</source>
        <translation>Fügen Sie sie hinzu: %3 › App-Registrierungen › %1 › Authentifizierung › Plattform hinzufügen › Mobile und Desktopanwendungen › http://localhost (ohne Port und Schrägstrich).</translation>
    </message>
    <message>
        <source>The registration %1 is no public client, so the service asks for a secret.</source>
        <translation>Die Registrierung %1 ist kein öffentlicher Client, darum verlangt der Dienst ein Geheimnis.</translation>
    </message>
    <message>
        <source>Switch it on: %3 › App registrations › %1 › Authentication › Advanced settings › Allow public client flows: Yes. The redirect URI has to be below &quot;Mobile and desktop applications&quot;, not &quot;Web&quot;.</source>
        <translation>Schalten Sie es ein: %3 › App-Registrierungen › %1 › Authentifizierung › Erweiterte Einstellungen › Öffentliche Clientflows zulassen: Ja. Der Umleitungs-URI muss unter „Mobile und Desktopanwendungen“ stehen, nicht unter „Web“.</translation>
    </message>
    <message>
        <source>The registration %1 is a public client and takes no secret.</source>
        <translation>Die Registrierung %1 ist ein öffentlicher Client und nimmt kein Geheimnis an.</translation>
    </message>
    <message>
        <source>%1 is an application of Microsoft that may not ask for this permission.</source>
        <translation>%1 ist eine Anwendung von Microsoft, die diese Berechtigung nicht verlangen darf.</translation>
    </message>
    <message>
        <source>The registration %1 does not list the permission that is asked for.</source>
        <translation>Die Registrierung %1 führt die verlangte Berechtigung nicht auf.</translation>
    </message>
    <message>
        <source>Add it: API permissions › Azure Service Management › user_impersonation (delegated).</source>
        <translation>Fügen Sie sie hinzu: API-Berechtigungen › Azure Service Management › user_impersonation (delegiert).</translation>
    </message>
    <message>
        <source>Tenant %2 has no such service as the one that a token is wanted for.</source>
        <translation>Im Mandanten %2 gibt es den Dienst nicht, für den ein Token verlangt wird.</translation>
    </message>
    <message>
        <source>An administrator can add it, for Azure Database for PostgreSQL with: az ad sp create --id 123cd850-d9df-40bd-94d5-c9f07b7fa203</source>
        <translation>Ein Administrator kann ihn hinzufügen, für Azure Database for PostgreSQL mit: az ad sp create --id 123cd850-d9df-40bd-94d5-c9f07b7fa203</translation>
    </message>
    <message>
        <source>The registration %1 lists no permissions, or the tenant has not agreed to them.</source>
        <translation>Die Registrierung %1 führt keine Berechtigungen auf, oder der Mandant hat ihnen nicht zugestimmt.</translation>
    </message>
    <message>
        <source>Add API permissions › Azure Service Management › user_impersonation, or have an administrator open the link below.</source>
        <translation>Fügen Sie API-Berechtigungen › Azure Service Management › user_impersonation hinzu, oder lassen Sie einen Administrator den Link unten öffnen.</translation>
    </message>
    <message>
        <source>The registration %1 does not list the service that a token is wanted for.</source>
        <translation>Die Registrierung %1 führt den Dienst nicht auf, für den ein Token verlangt wird.</translation>
    </message>
    <message>
        <source>Add it below API permissions: Azure Service Management, user_impersonation; for tests of PostgreSQL also Azure OSSRDBMS Database, user_impersonation.</source>
        <translation>Fügen Sie ihn unter API-Berechtigungen hinzu: Azure Service Management, user_impersonation; für Tests von PostgreSQL auch Azure OSSRDBMS Database, user_impersonation.</translation>
    </message>
    <message>
        <source>Tenant %2 does not know the service that a token is wanted for.</source>
        <translation>Der Mandant %2 kennt den Dienst nicht, für den ein Token verlangt wird.</translation>
    </message>
    <message>
        <source>Check tenant and cloud in the settings; a service of another cloud has another name.</source>
        <translation>Prüfen Sie Mandant und Cloud in den Einstellungen; ein Dienst einer anderen Cloud heißt anders.</translation>
    </message>
    <message>
        <source>The service does not know the permission that is asked for.</source>
        <translation>Der Dienst kennt die verlangte Berechtigung nicht.</translation>
    </message>
    <message>
        <source>Check the cloud in the settings, and the addresses of a custom one.</source>
        <translation>Prüfen Sie die Cloud in den Einstellungen, und die Adressen einer eigenen.</translation>
    </message>
    <message>
        <source>The permission asked for with the token is not valid.</source>
        <translation>Die mit dem Token verlangte Berechtigung ist ungültig.</translation>
    </message>
    <message>
        <source>No permission was asked for with the token.</source>
        <translation>Mit dem Token wurde keine Berechtigung verlangt.</translation>
    </message>
    <message>
        <source>The secret of %1 is wrong.</source>
        <translation>Das Geheimnis von %1 ist falsch.</translation>
    </message>
    <message>
        <source>AZURE_CLIENT_SECRET has to be the secret&apos;s value, not its id. The portal shows the value only once: make a new one if it is lost.</source>
        <translation>AZURE_CLIENT_SECRET muss der Wert des Geheimnisses sein, nicht seine ID. Das Portal zeigt den Wert nur einmal: Machen Sie ein neues, wenn er verloren ist.</translation>
    </message>
    <message>
        <source>The secret of %1 has expired.</source>
        <translation>Das Geheimnis von %1 ist abgelaufen.</translation>
    </message>
    <message>
        <source>Make a new one: az ad app credential reset --id %1 --append</source>
        <translation>Machen Sie ein neues: az ad app credential reset --id %1 --append</translation>
    </message>
    <message>
        <source>The application %1 did not prove who it is.</source>
        <translation>Die Anwendung %1 hat nicht bewiesen, wer sie ist.</translation>
    </message>
    <message>
        <source>The certificate is not registered for %1, or its key is another one.</source>
        <translation>Das Zertifikat ist für %1 nicht registriert, oder sein Schlüssel ist ein anderer.</translation>
    </message>
    <message>
        <source>Upload the certificate (without key): az ad app credential reset --id %1 --cert @FILE --append</source>
        <translation>Laden Sie das Zertifikat (ohne Schlüssel) hoch: az ad app credential reset --id %1 --cert @FILE --append</translation>
    </message>
    <message>
        <source>The certificate&apos;s subject is none that %1 accepts.</source>
        <translation>Der Name im Zertifikat ist keiner, den %1 annimmt.</translation>
    </message>
    <message>
        <source>Use a certificate that is registered for %1.</source>
        <translation>Verwenden Sie ein Zertifikat, das für %1 registriert ist.</translation>
    </message>
    <message>
        <source>The application %1 could not be authenticated.</source>
        <translation>Die Anwendung %1 konnte nicht authentifiziert werden.</translation>
    </message>
    <message>
        <source>The signed proof is outside its time: this machine&apos;s clock is wrong, or the federated token is too old.</source>
        <translation>Der unterschriebene Beweis ist außerhalb seiner Zeit: Die Uhr dieses Rechners geht falsch, oder das Verbundtoken ist zu alt.</translation>
    </message>
    <message>
        <source>There is no tenant %2 in this cloud.</source>
        <translation>In dieser Cloud gibt es keinen Mandanten %2.</translation>
    </message>
    <message>
        <source>Tenant %2 is in another national cloud.</source>
        <translation>Der Mandant %2 ist in einer anderen nationalen Cloud.</translation>
    </message>
    <message>
        <source>An application with a secret cannot sign in across clouds.</source>
        <translation>Eine Anwendung mit Geheimnis kann sich nicht über Clouds hinweg anmelden.</translation>
    </message>
    <message>
        <source>An application with a secret cannot ask a tenant of another cloud.</source>
        <translation>Eine Anwendung mit Geheimnis kann keinen Mandanten einer anderen Cloud fragen.</translation>
    </message>
    <message>
        <source>The login host is not known to Microsoft.</source>
        <translation>Microsoft kennt den Anmeldehost nicht.</translation>
    </message>
    <message>
        <source>The cloud of tenant %2 is named wrongly.</source>
        <translation>Die Cloud des Mandanten %2 ist falsch benannt.</translation>
    </message>
    <message>
        <source>The same request was sent too often, so the service has stopped answering it.</source>
        <translation>Dieselbe Anfrage wurde zu oft gesendet, darum beantwortet der Dienst sie nicht mehr.</translation>
    </message>
    <message>
        <source>A service behind the sign-in asks to try again.</source>
        <translation>Ein Dienst hinter der Anmeldung bittet, es noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>The sign-in service took too long.</source>
        <translation>Der Anmeldedienst brauchte zu lange.</translation>
    </message>
    <message>
        <source>The sign-in service ran out of time.</source>
        <translation>Dem Anmeldedienst ging die Zeit aus.</translation>
    </message>
    <message>
        <source>The directory is not available for a moment.</source>
        <translation>Das Verzeichnis ist für einen Moment nicht verfügbar.</translation>
    </message>
    <message>
        <source>A transient error of the sign-in service.</source>
        <translation>Ein vorübergehender Fehler des Anmeldedienstes.</translation>
    </message>
    <message>
        <source>A transient error while signing in with the session of the device.</source>
        <translation>Ein vorübergehender Fehler bei der Anmeldung mit der Sitzung des Geräts.</translation>
    </message>
    <message>
        <source>Too many calls or text messages were asked for.</source>
        <translation>Es wurden zu viele Anrufe oder Textnachrichten verlangt.</translation>
    </message>
    <message>
        <source>The tenant sends too many requests.</source>
        <translation>Der Mandant sendet zu viele Anfragen.</translation>
    </message>
    <message>
        <source>Nobody has typed the code yet.</source>
        <translation>Noch hat niemand den Code eingegeben.</translation>
    </message>
    <message>
        <source>The code was typed wrongly or is not known.</source>
        <translation>Der Code wurde falsch eingegeben oder ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The code has expired.</source>
        <translation>Der Code ist abgelaufen.</translation>
    </message>
    <message>
        <source>The proof of the sign-in (PKCE) does not match its challenge.</source>
        <translation>Der Beweis der Anmeldung (PKCE) passt nicht zu seiner Aufgabe.</translation>
    </message>
    <message>
        <source>The challenge of the sign-in (PKCE) is missing or malformed.</source>
        <translation>Die Aufgabe der Anmeldung (PKCE) fehlt oder ist falsch geformt.</translation>
    </message>
    <message>
        <source>The challenge of the sign-in (PKCE) has a wrong length.</source>
        <translation>Die Aufgabe der Anmeldung (PKCE) hat eine falsche Länge.</translation>
    </message>
    <message>
        <source>The sign-in&apos;s code was meant for another tenant.</source>
        <translation>Der Code der Anmeldung war für einen anderen Mandanten bestimmt.</translation>
    </message>
    <message>
        <source>One token was asked for several services.</source>
        <translation>Ein Token wurde für mehrere Dienste verlangt.</translation>
    </message>
    <message>
        <source>The request was malformed.</source>
        <translation>Die Anfrage war falsch geformt.</translation>
    </message>
    <message>
        <source>The request lacks a parameter.</source>
        <translation>Der Anfrage fehlt ein Parameter.</translation>
    </message>
    <message>
        <source>This way to sign in (grant type) is not supported there.</source>
        <translation>Diese Art der Anmeldung (Grant) wird dort nicht unterstützt.</translation>
    </message>
    <message>
        <source>The request lacks a field.</source>
        <translation>Der Anfrage fehlt ein Feld.</translation>
    </message>
    <message>
        <source>The request is too long.</source>
        <translation>Die Anfrage ist zu lang.</translation>
    </message>
    <message>
        <source>Nobody finished the sign-in in the browser in time.</source>
        <translation>Niemand hat die Anmeldung im Browser rechtzeitig beendet.</translation>
    </message>
    <message>
        <source>Sign in again. If the browser shows that all is well but nothing happens here, a firewall or an agent keeps it from http://localhost.</source>
        <translation>Melden Sie sich erneut an. Zeigt der Browser, dass alles gut ist, und hier geschieht nichts, hält ihn eine Firewall oder ein Agent von http://localhost ab.</translation>
    </message>
    <message>
        <source>The code has expired before anybody signed in with it.</source>
        <translation>Der Code ist abgelaufen, bevor sich jemand mit ihm angemeldet hat.</translation>
    </message>
    <message>
        <source>The service does not know the code any more.</source>
        <translation>Der Dienst kennt den Code nicht mehr.</translation>
    </message>
    <message>
        <source>The request was declined on the other device.</source>
        <translation>Die Anfrage wurde auf dem anderen Gerät abgelehnt.</translation>
    </message>
    <message>
        <source>No client id is set, and Causeway ships none of Microsoft&apos;s.</source>
        <translation>Es ist keine Client-ID gesetzt, und Causeway bringt keine von Microsoft mit.</translation>
    </message>
    <message>
        <source>The login host is none of Microsoft&apos;s.</source>
        <translation>Der Anmeldehost ist keiner von Microsoft.</translation>
    </message>
    <message>
        <source>Check the addresses of the custom cloud in the settings; nothing was sent there.</source>
        <translation>Prüfen Sie die Adressen der eigenen Cloud in den Einstellungen; dorthin wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>The certificate of the service principal cannot be used.</source>
        <translation>Das Zertifikat des Dienstprinzipals ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>It has to be a PEM file with certificate and RSA key, or a PFX file with its password in AZURE_CLIENT_CERTIFICATE_PASSWORD.</source>
        <translation>Es muss eine PEM-Datei mit Zertifikat und RSA-Schlüssel sein, oder eine PFX-Datei mit ihrem Kennwort in AZURE_CLIENT_CERTIFICATE_PASSWORD.</translation>
    </message>
    <message>
        <source>There is no tenant %2 at this login host.</source>
        <translation>An diesem Anmeldehost gibt es keinen Mandanten %2.</translation>
    </message>
    <message>
        <source>The proxy wants a user name and a password, and has none that it accepts.</source>
        <translation>Der Proxy verlangt Benutzername und Kennwort und hat keine, die er annimmt.</translation>
    </message>
    <message>
        <source>The proxy could not be reached.</source>
        <translation>Der Proxy war nicht erreichbar.</translation>
    </message>
    <message>
        <source>Check host and port of the proxy in Sign-in and network, or the variables https_proxy and no_proxy.</source>
        <translation>Prüfen Sie Host und Port des Proxys unter Anmeldung und Netzwerk, oder die Variablen https_proxy und no_proxy.</translation>
    </message>
    <message>
        <source>The certificate comes from an issuer that this machine does not trust: something between here and Microsoft looks into the connection.</source>
        <translation>Das Zertifikat kommt von einem Aussteller, dem dieser Rechner nicht vertraut: Etwas zwischen hier und Microsoft sieht in die Verbindung.</translation>
    </message>
    <message>
        <source>Get the issuer&apos;s certificate (PEM) from your network administrators and name the file in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA.</source>
        <translation>Besorgen Sie das Zertifikat des Ausstellers (PEM) von Ihren Netzwerkadministratoren und nennen Sie die Datei unter Anmeldung und Netzwerk › Zusätzliche Zertifizierungsstelle oder in CAUSEWAY_CA.</translation>
    </message>
    <message>
        <source>The certificate&apos;s time is over or has not come yet.</source>
        <translation>Die Zeit des Zertifikats ist um oder noch nicht gekommen.</translation>
    </message>
    <message>
        <source>The certificate belongs to another host.</source>
        <translation>Das Zertifikat gehört einem anderen Host.</translation>
    </message>
    <message>
        <source>The name leads somewhere else: check DNS and proxy, and the addresses of a custom cloud.</source>
        <translation>Der Name führt anderswohin: Prüfen Sie DNS und Proxy, und die Adressen einer eigenen Cloud.</translation>
    </message>
    <message>
        <source>The other side speaks only a version of TLS that is not safe any more.</source>
        <translation>Die andere Seite spricht nur eine TLS-Version, die nicht mehr sicher ist.</translation>
    </message>
    <message>
        <source>TLS 1.2 is the least that Causeway and Azure speak: an old proxy stands between.</source>
        <translation>TLS 1.2 ist das Mindeste, was Causeway und Azure sprechen: Ein alter Proxy steht dazwischen.</translation>
    </message>
    <message>
        <source>No safe connection could be made.</source>
        <translation>Es konnte keine sichere Verbindung aufgebaut werden.</translation>
    </message>
    <message>
        <source>No connection could be made.</source>
        <translation>Es konnte keine Verbindung aufgebaut werden.</translation>
    </message>
    <message>
        <source>The file of additional certificates cannot be read.</source>
        <translation>Die Datei der zusätzlichen Zertifikate ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Check the path in Sign-in and network › Additional certificate authority, or in CAUSEWAY_CA and REQUESTS_CA_BUNDLE: a PEM file.</source>
        <translation>Prüfen Sie den Pfad unter Anmeldung und Netzwerk › Zusätzliche Zertifizierungsstelle, oder in CAUSEWAY_CA und REQUESTS_CA_BUNDLE: eine PEM-Datei.</translation>
    </message>
    <message>
        <source>The host&apos;s name is not known to this network.</source>
        <translation>Der Name des Hosts ist diesem Netz nicht bekannt.</translation>
    </message>
    <message>
        <source>Sign-in was cancelled</source>
        <translation>Die Anmeldung wurde abgebrochen</translation>
    </message>
    <message>
        <source>It was ended before it was done.</source>
        <translation>Sie wurde beendet, bevor sie fertig war.</translation>
    </message>
    <message>
        <source>Sign in again when you are ready; nothing was changed.</source>
        <translation>Melden Sie sich erneut an, wenn Sie so weit sind; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Permission is needed first</source>
        <translation>Zuerst ist eine Zustimmung nötig</translation>
    </message>
    <message>
        <source>You or your organisation have not agreed yet that this application may act for you.</source>
        <translation>Sie oder Ihre Organisation haben noch nicht zugestimmt, dass diese Anwendung für Sie handeln darf.</translation>
    </message>
    <message>
        <source>Sign in again and agree, or send the link below to an administrator of the tenant.</source>
        <translation>Melden Sie sich erneut an und stimmen Sie zu, oder senden Sie den Link unten an einen Administrator des Mandanten.</translation>
    </message>
    <message>
        <source>One more step to sign in</source>
        <translation>Noch ein Schritt zur Anmeldung</translation>
    </message>
    <message>
        <source>The tenant asks for more than the kept session can give.</source>
        <translation>Der Mandant verlangt mehr, als die aufbewahrte Sitzung geben kann.</translation>
    </message>
    <message>
        <source>Sign in with the browser, to this tenant, and do what the page asks for.</source>
        <translation>Melden Sie sich mit dem Browser bei diesem Mandanten an und tun Sie, was die Seite verlangt.</translation>
    </message>
    <message>
        <source>A managed device is asked for</source>
        <translation>Ein verwaltetes Gerät wird verlangt</translation>
    </message>
    <message>
        <source>Your organisation allows this only from certain devices or applications.</source>
        <translation>Ihre Organisation erlaubt dies nur von bestimmten Geräten oder Anwendungen aus.</translation>
    </message>
    <message>
        <source>The organisation blocks this sign-in</source>
        <translation>Die Organisation sperrt diese Anmeldung</translation>
    </message>
    <message>
        <source>A policy forbids it; trying again does not help.</source>
        <translation>Eine Richtlinie verbietet sie; ein neuer Versuch hilft nicht.</translation>
    </message>
    <message>
        <source>Send the line below to an administrator of the tenant: the sign-in log shows which policy it was.</source>
        <translation>Senden Sie die Zeile unten an einen Administrator des Mandanten: Das Anmeldeprotokoll zeigt, welche Richtlinie es war.</translation>
    </message>
    <message>
        <source>Please sign in again</source>
        <translation>Bitte melden Sie sich erneut an</translation>
    </message>
    <message>
        <source>The kept session is over.</source>
        <translation>Die aufbewahrte Sitzung ist zu Ende.</translation>
    </message>
    <message>
        <source>Sign in again with the same account; your work stays as it is.</source>
        <translation>Melden Sie sich mit demselben Konto erneut an; Ihre Arbeit bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>This account does not belong there</source>
        <translation>Dieses Konto gehört nicht dorthin</translation>
    </message>
    <message>
        <source>The account may not sign in to tenant %2.</source>
        <translation>Das Konto darf sich beim Mandanten %2 nicht anmelden.</translation>
    </message>
    <message>
        <source>Choose another account or another tenant.</source>
        <translation>Wählen Sie ein anderes Konto oder einen anderen Mandanten.</translation>
    </message>
    <message>
        <source>The account could not sign in</source>
        <translation>Das Konto konnte sich nicht anmelden</translation>
    </message>
    <message>
        <source>User name and password were not accepted.</source>
        <translation>Benutzername und Kennwort wurden nicht angenommen.</translation>
    </message>
    <message>
        <source>Try again in the browser, where the password can be changed too; else ask an administrator.</source>
        <translation>Versuchen Sie es erneut im Browser, wo sich auch das Kennwort ändern lässt; sonst fragen Sie einen Administrator.</translation>
    </message>
    <message>
        <source>The client id is not set up for this</source>
        <translation>Die Client-ID ist dafür nicht eingerichtet</translation>
    </message>
    <message>
        <source>The registration of the application %1 lacks something.</source>
        <translation>Der Registrierung der Anwendung %1 fehlt etwas.</translation>
    </message>
    <message>
        <source>The service principal was not accepted</source>
        <translation>Der Dienstprinzipal wurde nicht angenommen</translation>
    </message>
    <message>
        <source>Secret, certificate or token of %1 is wrong, expired or not registered.</source>
        <translation>Geheimnis, Zertifikat oder Token von %1 ist falsch, abgelaufen oder nicht registriert.</translation>
    </message>
    <message>
        <source>Check AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves it; a new secret: az ad app credential reset --id %1 --append</source>
        <translation>Prüfen Sie AZURE_TENANT_ID, AZURE_CLIENT_ID und womit er sich ausweist; ein neues Geheimnis: az ad app credential reset --id %1 --append</translation>
    </message>
    <message>
        <source>The directory is not in this cloud</source>
        <translation>Das Verzeichnis ist nicht in dieser Cloud</translation>
    </message>
    <message>
        <source>There is no such tenant at this login host.</source>
        <translation>An diesem Anmeldehost gibt es keinen solchen Mandanten.</translation>
    </message>
    <message>
        <source>Check the spelling of the tenant, or choose another cloud (public, US Government, China) in the settings.</source>
        <translation>Prüfen Sie die Schreibweise des Mandanten, oder wählen Sie in den Einstellungen eine andere Cloud (öffentlich, US Government, China).</translation>
    </message>
    <message>
        <source>Asked too often</source>
        <translation>Zu oft gefragt</translation>
    </message>
    <message>
        <source>The service has stopped answering, because Causeway repeated itself.</source>
        <translation>Der Dienst antwortet nicht mehr, weil Causeway sich wiederholt hat.</translation>
    </message>
    <message>
        <source>Wait five minutes, then sign in again. This is our fault: please report it with the line below.</source>
        <translation>Warten Sie fünf Minuten und melden Sie sich dann erneut an. Das ist unser Fehler: Bitte melden Sie ihn mit der Zeile unten.</translation>
    </message>
    <message>
        <source>The sign-in service asks for a moment</source>
        <translation>Der Anmeldedienst bittet um einen Moment</translation>
    </message>
    <message>
        <source>It is busy or out of order for a short time.</source>
        <translation>Er ist ausgelastet oder für kurze Zeit gestört.</translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation>Versuchen Sie es in einer Minute erneut.</translation>
    </message>
    <message>
        <source>The code is not valid any more</source>
        <translation>Der Code gilt nicht mehr</translation>
    </message>
    <message>
        <source>Nobody signed in with it in time, or it was typed wrongly.</source>
        <translation>Niemand hat sich rechtzeitig mit ihm angemeldet, oder er wurde falsch eingegeben.</translation>
    </message>
    <message>
        <source>Ask for a new code.</source>
        <translation>Verlangen Sie einen neuen Code.</translation>
    </message>
    <message>
        <source>Causeway asked in a wrong way</source>
        <translation>Causeway hat falsch gefragt</translation>
    </message>
    <message>
        <source>The service refuses the request itself.</source>
        <translation>Der Dienst weist die Anfrage selbst zurück.</translation>
    </message>
    <message>
        <source>Something stands between here and the sign-in</source>
        <translation>Etwas steht zwischen hier und der Anmeldung</translation>
    </message>
    <message>
        <source>The answer did not come from Microsoft&apos;s sign-in service: a proxy, an inspection of traffic, or the log-in page of a network answered.</source>
        <translation>Die Antwort kam nicht von Microsofts Anmeldedienst: Ein Proxy, eine Inspektion des Datenverkehrs oder die Anmeldeseite eines Netzes hat geantwortet.</translation>
    </message>
    <message>
        <source>This machine&apos;s clock is wrong</source>
        <translation>Die Uhr dieses Rechners geht falsch</translation>
    </message>
    <message>
        <source>Times in the answer do not fit this machine&apos;s clock.</source>
        <translation>Zeiten in der Antwort passen nicht zur Uhr dieses Rechners.</translation>
    </message>
    <message>
        <source>Sign-in failed</source>
        <translation>Die Anmeldung ist gescheitert</translation>
    </message>
    <message>
        <source>The service gave a reason that Causeway does not know.</source>
        <translation>Der Dienst nannte einen Grund, den Causeway nicht kennt.</translation>
    </message>
    <message>
        <source>Its own words are below; send them to an administrator with the line below them.</source>
        <translation>Seine eigenen Worte stehen unten; senden Sie sie mit der Zeile darunter an einen Administrator.</translation>
    </message>
    <message>
        <source>(no client id)</source>
        <translation>(keine Client-ID)</translation>
    </message>
    <message>
        <source>(no tenant)</source>
        <translation>(kein Mandant)</translation>
    </message>
    <message>
        <source>The service says: wait %1 s.</source>
        <translation>Der Dienst sagt: %1 s warten.</translation>
    </message>
    <message>
        <source>correlation id</source>
        <translation>Korrelations-ID</translation>
    </message>
    <message>
        <source>trace id</source>
        <translation>Ablaufverfolgungs-ID</translation>
    </message>
    <message>
        <source>Type the code only if you started this sign-in yourself, here and now. Whoever sends you a code wants to use your account.</source>
        <translation>Geben Sie den Code nur ein, wenn Sie diese Anmeldung selbst begonnen haben, hier und jetzt. Wer Ihnen einen Code schickt, will Ihr Konto benutzen.</translation>
    </message>
    <message>
        <source>en</source>
        <extracomment>The code of the language that these words are in (ISO 639-1)</extracomment>
        <translation>de</translation>
    </message>
    <message>
        <source>You are signed in</source>
        <translation>Sie sind angemeldet</translation>
    </message>
    <message>
        <source>Causeway goes on. You can close this tab.</source>
        <translation>Causeway macht weiter. Sie können diesen Tab schließen.</translation>
    </message>
    <message>
        <source>The sign-in did not work</source>
        <translation>Die Anmeldung hat nicht geklappt</translation>
    </message>
    <message>
        <source>Causeway says why and what to do. You can close this tab.</source>
        <translation>Causeway sagt, warum und was zu tun ist. Sie können diesen Tab schließen.</translation>
    </message>
    <message>
        <source>No sign-in waits for this page</source>
        <translation>Auf diese Seite wartet keine Anmeldung</translation>
    </message>
    <message>
        <source>It was finished or cancelled before. Begin again in Causeway.</source>
        <translation>Sie wurde vorher beendet oder abgebrochen. Beginnen Sie in Causeway neu.</translation>
    </message>
    <message>
        <source>Register an application for Causeway</source>
        <translation>Eine Anwendung für Causeway registrieren</translation>
    </message>
    <message>
        <source>Open %1 › Microsoft Entra ID › App registrations › New registration. Each cloud has registrations of its own.</source>
        <translation>Öffnen Sie %1 › Microsoft Entra ID › App-Registrierungen › Neue Registrierung. Jede Cloud hat eigene Registrierungen.</translation>
    </message>
    <message>
        <source>Redirect URI: platform &quot;Public client/native (mobile &amp; desktop)&quot;, value http://localhost (without port and slash). Register.</source>
        <translation>Umleitungs-URI: Plattform „Öffentlicher Client/nativ (mobil und Desktop)“, Wert http://localhost (ohne Port und Schrägstrich). Registrieren.</translation>
    </message>
    <message>
        <source>Authentication › Advanced settings › Allow public client flows: Yes (the device code needs it).</source>
        <translation>Authentifizierung › Erweiterte Einstellungen › Öffentliche Clientflows zulassen: Ja (der Gerätecode braucht es).</translation>
    </message>
    <message>
        <source>API permissions › Add › Azure Service Management (797f4846-ba00-4fd7-ba43-dac1f8f63013) › delegated: user_impersonation (41094075-9dad-400e-a0bd-54e686782033).</source>
        <translation>API-Berechtigungen › Hinzufügen › Azure Service Management (797f4846-ba00-4fd7-ba43-dac1f8f63013) › delegiert: user_impersonation (41094075-9dad-400e-a0bd-54e686782033).</translation>
    </message>
    <message>
        <source>For tests of PostgreSQL with your own account also: Azure OSSRDBMS Database (123cd850-d9df-40bd-94d5-c9f07b7fa203) › user_impersonation (cef99a3a-4cd3-4408-8143-4375d1e38a17).</source>
        <translation>Für Tests von PostgreSQL mit Ihrem eigenen Konto auch: Azure OSSRDBMS Database (123cd850-d9df-40bd-94d5-c9f07b7fa203) › user_impersonation (cef99a3a-4cd3-4408-8143-4375d1e38a17).</translation>
    </message>
    <message>
        <source>Check the client id ({client-id}) against &quot;Application (client) ID&quot; in the portal. A registration of another cloud, or of another organisation that is not multitenant, is not known here.</source>
        <translation>Vergleichen Sie die Client-ID ({client-id}) mit „Anwendungs-ID (Client)“ im Portal. Eine Registrierung einer anderen Cloud oder einer anderen Organisation, die nicht mehrmandantenfähig ist, ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>Name the tenant ({tenant}), or change the registration: Authentication › Supported account types › any organizational directory.</source>
        <translation>Nennen Sie den Mandanten ({tenant}), oder ändern Sie die Registrierung: Authentifizierung › Unterstützte Kontotypen › beliebiges Organisationsverzeichnis.</translation>
    </message>
    <message>
        <source>Use a registration with a secret or certificate for a service principal; with this one, people sign in.</source>
        <translation>Verwenden Sie für einen Dienstprinzipal eine Registrierung mit Geheimnis oder Zertifikat; mit dieser melden sich Menschen an.</translation>
    </message>
    <message>
        <source>Use a registration of your own: {client-id}</source>
        <translation>Verwenden Sie eine eigene Registrierung: {client-id}</translation>
    </message>
    <message>
        <source>Compare the clock: {checks}</source>
        <translation>Vergleichen Sie die Uhr: {checks}</translation>
    </message>
    <message>
        <source>Register an application once ({register}), or use the Azure CLI&apos;s sign-in without any set-up: az login, then {azure-cli}</source>
        <translation>Registrieren Sie einmal eine Anwendung ({register}), oder verwenden Sie ohne Einrichtung die Anmeldung der Azure CLI: az login, dann {azure-cli}</translation>
    </message>
    <message>
        <source>Set them: {proxy-login}</source>
        <translation>Setzen Sie sie: {proxy-login}</translation>
    </message>
    <message>
        <source>Check this machine&apos;s clock first: {checks}. If it is right, the certificate has to be renewed by those who run the host or the proxy.</source>
        <translation>Prüfen Sie zuerst die Uhr dieses Rechners: {checks}. Geht sie richtig, müssen die Betreiber des Hosts oder des Proxys das Zertifikat erneuern.</translation>
    </message>
    <message>
        <source>Check the network; where it wants a proxy, check that one is set: {checks}</source>
        <translation>Prüfen Sie das Netz; wo es einen Proxy verlangt, prüfen Sie, ob einer gesetzt ist: {checks}</translation>
    </message>
    <message>
        <source>Check the network and its DNS; behind a proxy, check that it is used: {checks}</source>
        <translation>Prüfen Sie das Netz und sein DNS; hinter einem Proxy prüfen Sie, ob er verwendet wird: {checks}</translation>
    </message>
    <message>
        <source>Sign in on a device that your organisation manages (on Linux: with Microsoft Edge as the browser), or use the Azure CLI ({azure-cli}) or a service principal.</source>
        <translation>Melden Sie sich auf einem Gerät an, das Ihre Organisation verwaltet (unter Linux: mit Microsoft Edge als Browser), oder verwenden Sie die Azure CLI ({azure-cli}) oder einen Dienstprinzipal.</translation>
    </message>
    <message>
        <source>Check the client id, and its registration against the steps: {register}</source>
        <translation>Prüfen Sie die Client-ID, und ihre Registrierung anhand der Schritte: {register}</translation>
    </message>
    <message>
        <source>Please report it with the line below. The Azure CLI may help meanwhile: az login, then {azure-cli}</source>
        <translation>Bitte melden Sie es mit der Zeile unten. Die Azure CLI kann inzwischen helfen: az login, dann {azure-cli}</translation>
    </message>
    <message>
        <source>Open any web page in the browser to get past a network&apos;s own log-in page; else find out what is there: {checks}</source>
        <translation>Öffnen Sie eine beliebige Webseite im Browser, um die Anmeldeseite eines Netzes hinter sich zu lassen; sonst finden Sie heraus, was dort ist: {checks}</translation>
    </message>
    <message>
        <source>Set the clock (timedatectl set-ntp true), then sign in again. By how much it is wrong says: {checks}</source>
        <translation>Stellen Sie die Uhr (timedatectl set-ntp true) und melden Sie sich dann erneut an. Um wie viel sie falsch geht, sagt: {checks}</translation>
    </message>
    <message>
        <source>Name: Causeway. Supported account types: accounts in any organizational directory (multitenant); with a single tenant, name it ({tenant}).</source>
        <translation>Name: Causeway. Unterstützte Kontotypen: Konten in einem beliebigen Organisationsverzeichnis (mehrmandantenfähig); bei einem einzelnen Mandanten nennen Sie ihn ({tenant}).</translation>
    </message>
    <message>
        <source>No secret is needed. Copy &quot;Application (client) ID&quot; into: {client-id}</source>
        <translation>Es ist kein Geheimnis nötig. Kopieren Sie „Anwendungs-ID (Client)“ nach: {client-id}</translation>
    </message>
    <message>
        <source>The certificate has been revoked: its key may be in wrong hands.</source>
        <translation>Das Zertifikat wurde widerrufen: Sein Schlüssel ist vielleicht in falschen Händen.</translation>
    </message>
    <message>
        <source>Do not sign in here. Tell those who run the host or the proxy.</source>
        <translation>Melden Sie sich hier nicht an. Sagen Sie denen Bescheid, die den Host oder den Proxy betreiben.</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>Resource provider</source>
        <translation>Ressourcenanbieter</translation>
    </message>
    <message>
        <source>Register the resource provider %1</source>
        <translation>Ressourcenanbieter %1 registrieren</translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation>Ressourcengruppe</translation>
    </message>
    <message>
        <source>Create resource group %1</source>
        <translation>Ressourcengruppe %1 erstellen</translation>
    </message>
    <message>
        <source>User-assigned identity</source>
        <translation>Benutzerseitig zugewiesene Identität</translation>
    </message>
    <message>
        <source>Create user-assigned identity %1</source>
        <translation>Benutzerseitig zugewiesene Identität %1 erstellen</translation>
    </message>
    <message>
        <source>PostgreSQL server</source>
        <translation>PostgreSQL-Server</translation>
    </message>
    <message>
        <source>Create PostgreSQL flexible server %1</source>
        <translation>Flexiblen PostgreSQL-Server %1 erstellen</translation>
    </message>
    <message>
        <source>Firewall rule</source>
        <translation>Firewallregel</translation>
    </message>
    <message>
        <source>Create firewall rule %1</source>
        <translation>Firewallregel %1 erstellen</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>Create database %1</source>
        <translation>Datenbank %1 erstellen</translation>
    </message>
    <message>
        <source>Server parameter</source>
        <translation>Serverparameter</translation>
    </message>
    <message>
        <source>Set server parameter %1</source>
        <translation>Serverparameter %1 festlegen</translation>
    </message>
    <message>
        <source>Public access</source>
        <translation>Öffentlicher Zugriff</translation>
    </message>
    <message>
        <source>Set public access of %1</source>
        <translation>Öffentlichen Zugriff von %1 festlegen</translation>
    </message>
    <message>
        <source>Microsoft Entra administrator</source>
        <translation>Microsoft Entra-Administrator</translation>
    </message>
    <message>
        <source>Add the Microsoft Entra administrator</source>
        <translation>Microsoft Entra-Administrator hinzufügen</translation>
    </message>
    <message>
        <source>Private DNS zone</source>
        <translation>Private DNS-Zone</translation>
    </message>
    <message>
        <source>Create private DNS zone %1</source>
        <translation>Private DNS-Zone %1 erstellen</translation>
    </message>
    <message>
        <source>Virtual network link</source>
        <translation>Verknüpfung mit virtuellem Netzwerk</translation>
    </message>
    <message>
        <source>Link the zone to the virtual network (%1)</source>
        <translation>Zone mit dem virtuellen Netzwerk verknüpfen (%1)</translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation>Privater Endpunkt</translation>
    </message>
    <message>
        <source>Create private endpoint %1</source>
        <translation>Privaten Endpunkt %1 erstellen</translation>
    </message>
    <message>
        <source>Approval of the private endpoint</source>
        <translation>Genehmigung des privaten Endpunkts</translation>
    </message>
    <message>
        <source>Approve the private endpoint&apos;s connection</source>
        <translation>Verbindung des privaten Endpunkts genehmigen</translation>
    </message>
    <message>
        <source>DNS zone group</source>
        <translation>DNS-Zonengruppe</translation>
    </message>
    <message>
        <source>Register the endpoint&apos;s address in the zone</source>
        <translation>Adresse des Endpunkts in der Zone registrieren</translation>
    </message>
    <message>
        <source>Data factory</source>
        <translation>Data Factory</translation>
    </message>
    <message>
        <source>Create data factory %1</source>
        <translation>Data Factory %1 erstellen</translation>
    </message>
    <message>
        <source>Identity of the data factory</source>
        <translation>Identität der Data Factory</translation>
    </message>
    <message>
        <source>Give data factory %1 its identity</source>
        <translation>Data Factory %1 ihre Identität geben</translation>
    </message>
    <message>
        <source>Managed virtual network</source>
        <translation>Verwaltetes virtuelles Netzwerk</translation>
    </message>
    <message>
        <source>Create managed virtual network %1</source>
        <translation>Verwaltetes virtuelles Netzwerk %1 erstellen</translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation>Integration Runtime</translation>
    </message>
    <message>
        <source>Create integration runtime %1</source>
        <translation>Integration Runtime %1 erstellen</translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation>Verwalteter privater Endpunkt</translation>
    </message>
    <message>
        <source>Create managed private endpoint %1</source>
        <translation>Verwalteten privaten Endpunkt %1 erstellen</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>Genehmigung</translation>
    </message>
    <message>
        <source>Approve the data factory&apos;s connection</source>
        <translation>Verbindung der Data Factory genehmigen</translation>
    </message>
    <message>
        <source>Interactive authoring</source>
        <translation>Interaktive Erstellung</translation>
    </message>
    <message>
        <source>Enable interactive authoring on %1</source>
        <translation>Interaktive Erstellung auf %1 aktivieren</translation>
    </message>
    <message>
        <source>Credential</source>
        <translation>Anmeldeinformationen</translation>
    </message>
    <message>
        <source>Create credential %1</source>
        <translation>Anmeldeinformationen %1 erstellen</translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation>Verknüpfter Dienst</translation>
    </message>
    <message>
        <source>Create linked service %1</source>
        <translation>Verknüpften Dienst %1 erstellen</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Verbindungstest</translation>
    </message>
    <message>
        <source>Test the connection of %1</source>
        <translation>Verbindung von %1 testen</translation>
    </message>
    <message>
        <source>create</source>
        <translation>erstellen</translation>
    </message>
    <message>
        <source>change</source>
        <translation>ändern</translation>
    </message>
    <message>
        <source>is so already</source>
        <translation>ist bereits so</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>löschen</translation>
    </message>
    <message>
        <source>wait</source>
        <translation>warten</translation>
    </message>
    <message>
        <source>DBA</source>
        <translation>DBA</translation>
    </message>
    <message>
        <source>Network admin</source>
        <translation>Netzwerkadministrator</translation>
    </message>
    <message>
        <source>Data engineer</source>
        <translation>Data Engineer</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>nicht erreicht</translation>
    </message>
    <message>
        <source>waiting for a person</source>
        <translation>wartet auf eine Person</translation>
    </message>
    <message>
        <source>Azure is at work: %1</source>
        <translation>Azure arbeitet: %1</translation>
    </message>
    <message>
        <source>Waiting until the provider is registered</source>
        <translation>Es wird gewartet, bis der Anbieter registriert ist</translation>
    </message>
    <message>
        <source>Waiting until the server is Ready; it says %1</source>
        <translation>Es wird gewartet, bis der Server Ready ist; er meldet %1</translation>
    </message>
    <message>
        <source>Waiting until the standby is Healthy; it says %1</source>
        <translation>Es wird gewartet, bis der Standbyserver Healthy ist; er meldet %1</translation>
    </message>
    <message>
        <source>Waiting until the connection is Approved; it says %1</source>
        <translation>Es wird gewartet, bis die Verbindung Approved ist; sie meldet %1</translation>
    </message>
    <message>
        <source>Waiting for the address record in the zone</source>
        <translation>Es wird auf den Adresseintrag in der Zone gewartet</translation>
    </message>
    <message>
        <source>Waiting until the runtime is Online; it says %1</source>
        <translation>Es wird gewartet, bis die Runtime Online ist; sie meldet %1</translation>
    </message>
    <message>
        <source>Waiting for interactive authoring; it says %1</source>
        <translation>Es wird auf die interaktive Erstellung gewartet; sie meldet %1</translation>
    </message>
    <message>
        <source>Interactive authoring had gone off; switching it on again</source>
        <translation>Die interaktive Erstellung hatte sich ausgeschaltet und wird wieder eingeschaltet</translation>
    </message>
    <message>
        <source>Waiting until the server shows the connection</source>
        <translation>Es wird gewartet, bis der Server die Verbindung zeigt</translation>
    </message>
    <message>
        <source>Approved on the server; waiting until %1 notices, which takes some minutes</source>
        <translation>Auf dem Server genehmigt; es wird gewartet, bis %1 es bemerkt, was einige Minuten dauert</translation>
    </message>
    <message>
        <source>Waiting until the Azure Policy has registered the address</source>
        <translation>Es wird gewartet, bis die Azure-Richtlinie die Adresse registriert hat</translation>
    </message>
    <message>
        <source>Testing</source>
        <translation>Test läuft</translation>
    </message>
    <message>
        <source>The service is busy (%1); trying again</source>
        <translation>Der Dienst ist ausgelastet (%1); neuer Versuch</translation>
    </message>
    <message>
        <source>The answer was lost; looking whether it was done</source>
        <translation>Die Antwort ging verloren; es wird nachgesehen, ob es getan ist</translation>
    </message>
    <message>
        <source>Looking again in half a minute</source>
        <translation>In einer halben Minute wird wieder nachgesehen</translation>
    </message>
    <message>
        <source>The generated password is gone; setting a new one</source>
        <translation>Das generierte Kennwort ist nicht mehr da; ein neues wird festgelegt</translation>
    </message>
    <message>
        <source>The connection of %1 waits for the DBA. Who may approve it needs %3 on %2</source>
        <translation>Die Verbindung von %1 wartet auf den DBA. Wer sie genehmigen darf, benötigt %3 auf %2</translation>
    </message>
    <message>
        <source>You may not approve the connection of %1. Ask the DBA, who needs %3 on %2</source>
        <translation>Sie dürfen die Verbindung von %1 nicht genehmigen. Bitten Sie den DBA, der %3 auf %2 benötigt</translation>
    </message>
    <message>
        <source>More than one connection claims to be the one of %1: %4. None was approved; the DBA has to look which is whose, on %2</source>
        <translation>Mehr als eine Verbindung gibt sich als die von %1 aus: %4. Keine wurde genehmigt; der DBA muss auf %2 nachsehen, welche wem gehört</translation>
    </message>
</context>
<context>
    <name>Surface</name>
    <message>
        <source>Sign-in and network › Checks</source>
        <translation>Anmeldung und Netzwerk › Prüfungen</translation>
    </message>
    <message>
        <source>Account and subscription › Sign in with the browser</source>
        <translation>Konto und Abonnement › Im Browser anmelden</translation>
    </message>
    <message>
        <source>Sign-in and network › How to get one</source>
        <translation>Anmeldung und Netzwerk › Wie man eine bekommt</translation>
    </message>
    <message>
        <source>causewayctl sign-in --client-id ID, or CAUSEWAY_CLIENT_ID</source>
        <translation>causewayctl sign-in --client-id ID, oder CAUSEWAY_CLIENT_ID</translation>
    </message>
    <message>
        <source>Sign-in and network › Client id</source>
        <translation>Anmeldung und Netzwerk › Client-ID</translation>
    </message>
    <message>
        <source>Sign-in and network › Tenant</source>
        <translation>Anmeldung und Netzwerk › Mandant</translation>
    </message>
    <message>
        <source>the user in the window&apos;s Sign-in and network, the password with causewayctl secret set proxy-password</source>
        <translation>den Benutzer im Fenster unter Anmeldung und Netzwerk, das Kennwort mit causewayctl secret set proxy-password</translation>
    </message>
    <message>
        <source>Sign-in and network › User of the proxy</source>
        <translation>Anmeldung und Netzwerk › Benutzer des Proxys</translation>
    </message>
    <message>
        <source>“As in the Azure CLI”</source>
        <translation>„Wie in der Azure CLI“</translation>
    </message>
    <message>
        <source>a code on another device (offered when you choose it in Sign-in and network)</source>
        <translation>einen Code auf einem anderen Gerät (wird angeboten, wenn Sie es unter Anmeldung und Netzwerk wählen)</translation>
    </message>
    <message>
        <source>; or remove it: causewayctl sign-out --all</source>
        <translation>; oder entfernen Sie sie: causewayctl sign-out --all</translation>
    </message>
    <message>
        <source>on the command line: --auth</source>
        <translation>auf der Befehlszeile: --auth</translation>
    </message>
    <message>
        <source>the browser</source>
        <translation>der Browser</translation>
    </message>
    <message>
        <source>a code on another device</source>
        <translation>ein Code auf einem anderen Gerät</translation>
    </message>
    <message>
        <source>the Azure CLI</source>
        <translation>die Azure CLI</translation>
    </message>
    <message>
        <source>a service principal (command line)</source>
        <translation>ein Dienstprinzipal (Befehlszeile)</translation>
    </message>
    <message>
        <source>a workload identity (command line)</source>
        <translation>eine Workload-Identität (Befehlszeile)</translation>
    </message>
    <message>
        <source>a managed identity (command line)</source>
        <translation>eine verwaltete Identität (Befehlszeile)</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Encrypted; the certificate and the server&apos;s name are checked.</source>
        <translation>Verschlüsselt; das Zertifikat und der Name des Servers werden geprüft.</translation>
    </message>
    <message>
        <source>Encrypted; the certificate&apos;s issuer is checked, but not that it is this server&apos;s.</source>
        <translation>Verschlüsselt; geprüft wird der Aussteller des Zertifikats, aber nicht, ob es das dieses Servers ist.</translation>
    </message>
    <message>
        <source>Encrypted, but the server&apos;s certificate is not checked: somebody in between could pose as the server.</source>
        <translation>Verschlüsselt, aber das Zertifikat des Servers wird nicht geprüft: Jemand dazwischen könnte sich als der Server ausgeben.</translation>
    </message>
    <message>
        <source>Encrypted only as long as the server offers it; otherwise everything is sent in clear text. require_secure_transport is off on this server.</source>
        <translation>Nur verschlüsselt, solange der Server es anbietet; sonst wird alles im Klartext gesendet. Auf diesem Server ist require_secure_transport ausgeschaltet.</translation>
    </message>
    <message>
        <source>Not encrypted. The connection only succeeds because the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security.</source>
        <translation>Nicht verschlüsselt. Die Verbindung gelingt nur, weil der Serverparameter require_secure_transport ausgeschaltet ist; das wird nicht empfohlen, weil es die Sicherheit verringert.</translation>
    </message>
    <message>
        <source>The server will refuse this: without encryption the connection only succeeds if the server parameter require_secure_transport is off, which is not a recommended practice, since it relaxes security.</source>
        <translation>Der Server wird das ablehnen: Ohne Verschlüsselung gelingt die Verbindung nur, wenn der Serverparameter require_secure_transport ausgeschaltet ist; das wird nicht empfohlen, weil es die Sicherheit verringert.</translation>
    </message>
    <message>
        <source>Assumed here: require_secure_transport is on, the service&apos;s default.</source>
        <translation>Hier angenommen: require_secure_transport ist eingeschaltet, die Vorgabe des Diensts.</translation>
    </message>
    <message>
        <source>Less than Require needs a reason.</source>
        <translation>Weniger als „Erforderlich“ benötigt einen Grund.</translation>
    </message>
</context>
<context>
    <name>WindowParts</name>
    <message>
        <source>Sandbox, not Azure. Its clock runs %1 times as fast.</source>
        <translation>Sandbox, nicht Azure. Ihre Uhr läuft %1-mal so schnell.</translation>
    </message>
    <message>
        <source>The sandbox&apos;s window could not be started. Try:  causeway --sandbox</source>
        <translation>Das Fenster der Sandbox konnte nicht gestartet werden. Versuchen Sie:  causeway --sandbox</translation>
    </message>
    <message>
        <source>This setup is for %1, and Causeway is set up for %2. Choose the other cloud under “Sign-in and network”.</source>
        <translation>Dieses Setup ist für %1, und Causeway ist für %2 eingerichtet. Wählen Sie die andere Cloud unter „Anmeldung und Netzwerk“.</translation>
    </message>
    <message>
        <source>The keychain did not take the proxy&apos;s password. It is used until this window closes.</source>
        <translation>Der Schlüsselbund hat das Kennwort des Proxys nicht angenommen. Es wird verwendet, bis dieses Fenster geschlossen wird.</translation>
    </message>
</context>
<context>
    <name>causeway::ui::CopyField</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>causeway::ui::SecretEdit</name>
    <message>
        <source>Show what is typed</source>
        <translation>Eingabe anzeigen</translation>
    </message>
</context>
<context>
    <name>causeway::ui::StepListModel</name>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>causeway::ui::StepListView</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::AccountPage</name>
    <message>
        <source>Setup</source>
        <translation>Setup</translation>
    </message>
    <message>
        <source>The name stands in the file and in the list of runs. The resource group takes everything that is not placed elsewhere.</source>
        <translation>Der Name steht in der Datei und in der Liste der Ausführungen. Die Ressourcengruppe nimmt alles auf, was nicht anderswo liegt.</translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation>Ressourcen&amp;gruppe</translation>
    </message>
    <message>
        <source>What this setup holds</source>
        <translation>Was dieses Setup enthält</translation>
    </message>
    <message>
        <source>Leave out what somebody else looks after: a network administrator may hold only the endpoint, a data engineer only the Data Factory side.</source>
        <translation>Lassen Sie weg, worum sich jemand anderes kümmert: Ein Netzwerkadministrator hat vielleicht nur den Endpunkt, ein Data Engineer nur die Data Factory-Seite.</translation>
    </message>
    <message>
        <source>The ser&amp;ver, new or existing</source>
        <translation>Der Ser&amp;ver, neu oder vorhanden</translation>
    </message>
    <message>
        <source>Private &amp;endpoint in a virtual network, with its DNS</source>
        <translation>Privater &amp;Endpunkt in einem virtuellen Netzwerk, mit DNS</translation>
    </message>
    <message>
        <source>Data &amp;Factory with a managed private endpoint</source>
        <translation>Data &amp;Factory mit verwaltetem privatem Endpunkt</translation>
    </message>
    <message>
        <source>&amp;Linked service and connection test</source>
        <translation>Verknüpfter &amp;Dienst und Verbindungstest</translation>
    </message>
    <message>
        <source>Account and subscription</source>
        <translation>Konto und Abonnement</translation>
    </message>
    <message>
        <source>Everything that follows happens as this user, in this subscription.</source>
        <translation>Alles Folgende geschieht als dieser Benutzer, in diesem Abonnement.</translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird abgefragt …</translation>
    </message>
    <message>
        <source>This account sees no subscription. Ask for a role in one, or choose another account.</source>
        <translation>Dieses Konto sieht kein Abonnement. Lassen Sie sich in einem eine Rolle zuweisen, oder wählen Sie ein anderes Konto.</translation>
    </message>
    <message>
        <source>Choose one, or type a name to make one.</source>
        <translation>Wählen Sie eine, oder geben Sie einen Namen ein, um eine zu erstellen.</translation>
    </message>
    <message>
        <source>Exists; it is used as it is.</source>
        <translation>Vorhanden; wird verwendet, wie sie ist.</translation>
    </message>
    <message>
        <source>Will be created.</source>
        <translation>Wird erstellt.</translation>
    </message>
    <message>
        <source>Choose a subscription.</source>
        <translation>Wählen Sie ein Abonnement.</translation>
    </message>
    <message>
        <source>&amp;Subscription</source>
        <translation>A&amp;bonnement</translation>
    </message>
    <message>
        <source>Name of this set&amp;up</source>
        <translation>&amp;Name dieses Setups</translation>
    </message>
    <message>
        <source>Lo&amp;cation</source>
        <translation>&amp;Region</translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation>Abonnement</translation>
    </message>
    <message>
        <source>Sign in first.</source>
        <translation>Melden Sie sich zuerst an.</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>Anmeldung läuft …</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ApplyPage</name>
    <message>
        <source>Steps done</source>
        <translation>Erledigte Schritte</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Show the &amp;approvals</source>
        <translation>&amp;Genehmigungen anzeigen</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Closing the window loses nothing: the run is recorded and can be resumed.</source>
        <translation>Beim Schließen des Fensters geht nichts verloren: Die Ausführung ist aufgezeichnet und kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The run is under way.</source>
        <translation>Die Ausführung läuft.</translation>
    </message>
    <message>
        <source>is so already</source>
        <translation>ist bereits so</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>&amp;Detach now</source>
        <translation>Jetzt &amp;loslassen</translation>
    </message>
    <message>
        <source>Stopping: nothing new is started, what is in flight is settled. “Detach now” lets go of it; Azure carries on, and Resume finds it again.</source>
        <translation>Wird angehalten: Neues wird nicht begonnen, Laufendes wird zu Ende gebracht. „Jetzt loslassen“ wartet nicht länger darauf; Azure arbeitet weiter, und „Fortsetzen“ findet es wieder.</translation>
    </message>
    <message>
        <source>A connection waits for approval. Everything that needs no approval goes on.</source>
        <translation>Eine Verbindung wartet auf Genehmigung. Alles, was keine Genehmigung benötigt, geht weiter.</translation>
    </message>
    <message>
        <source>Before the run goes on, it needs what only you know. Then press Resume.</source>
        <translation>Bevor die Ausführung weitergeht, braucht sie, was nur Sie wissen. Drücken Sie danach „Fortsetzen“.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ApprovalsPage</name>
    <message>
        <source>What this setup will ask for</source>
        <translation>Was dieses Setup anfordern wird</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Private endpoint connections</source>
        <translation>Private Endpunktverbindungen</translation>
    </message>
    <message>
        <source>Response &amp;text (optional)</source>
        <translation>Antwort&amp;text (optional)</translation>
    </message>
    <message>
        <source>Becomes the connection&apos;s description; the requester sees it.</source>
        <translation>Wird zur Beschreibung der Verbindung; der Anforderer sieht sie.</translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation>&amp;Genehmigen</translation>
    </message>
    <message>
        <source>&amp;Reject</source>
        <translation>&amp;Ablehnen</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation>Akt&amp;ualisieren</translation>
    </message>
    <message>
        <source>Approved: %1. The other side may need several minutes to notice.</source>
        <translation>Genehmigt: %1. Die andere Seite bemerkt es vielleicht erst nach einigen Minuten.</translation>
    </message>
    <message>
        <source>Rejected: %1.</source>
        <translation>Abgelehnt: %1.</translation>
    </message>
    <message>
        <source>Removed: %1. The requester&apos;s endpoint is now disconnected.</source>
        <translation>Entfernt: %1. Der Endpunkt des Anforderers ist nun getrennt.</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>Genehmigungen</translation>
    </message>
    <message>
        <source>Who asks for a private connection to the servers of this subscription.</source>
        <translation>Wer um eine private Verbindung zu den Servern dieses Abonnements bittet.</translation>
    </message>
    <message>
        <source>A connection carries traffic only after the server&apos;s owner has approved it.</source>
        <translation>Eine Verbindung leitet Daten erst weiter, wenn der Besitzer des Servers sie genehmigt hat.</translation>
    </message>
    <message>
        <source>Back to the r&amp;un</source>
        <translation>Zurück zur Ausfüh&amp;rung</translation>
    </message>
    <message>
        <source>• Private endpoint %1: approved automatically, because you hold the right to approve on the server.</source>
        <translation>• Privater Endpunkt %1: automatisch genehmigt, weil Sie auf dem Server genehmigen dürfen.</translation>
    </message>
    <message>
        <source>• Private endpoint %1: the server&apos;s owner (DBA) has to approve it.</source>
        <translation>• Privater Endpunkt %1: Der Besitzer des Servers (DBA) muss ihn genehmigen.</translation>
    </message>
    <message>
        <source>• Data Factory&apos;s managed private endpoint %1: this run approves it, after checking that the request is its own.</source>
        <translation>• Verwalteter privater Endpunkt %1 der Data Factory: Diese Ausführung genehmigt ihn, nachdem sie geprüft hat, dass die Anforderung ihre eigene ist.</translation>
    </message>
    <message>
        <source>• Data Factory&apos;s managed private endpoint %1: the DBA approves it; the run waits for that here.</source>
        <translation>• Verwalteter privater Endpunkt %1 der Data Factory: Der DBA genehmigt ihn; die Ausführung wartet hier darauf.</translation>
    </message>
    <message>
        <source>Nothing: this setup makes no private endpoint.</source>
        <translation>Nichts: Dieses Setup erstellt keinen privaten Endpunkt.</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) could not be asked, the first: %1</source>
        <translation>
            <numerusform>%n Server konnte nicht abgefragt werden: %1</numerusform>
            <numerusform>%n Server konnten nicht abgefragt werden, der erste: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird abgefragt …</translation>
    </message>
    <message>
        <source>No server of this subscription has a private endpoint connection.</source>
        <translation>Kein Server dieses Abonnements hat eine private Endpunktverbindung.</translation>
    </message>
    <message>
        <source>There are no connections yet. They appear here when the endpoints are made.</source>
        <translation>Es gibt noch keine Verbindungen. Sie erscheinen hier, wenn die Endpunkte erstellt sind.</translation>
    </message>
    <message>
        <source>Endpoint: %1</source>
        <translation>Endpunkt: %1</translation>
    </message>
    <message>
        <source>A rejected connection cannot be approved: the requester has to delete the endpoint and create it again.</source>
        <translation>Eine abgelehnte Verbindung kann nicht genehmigt werden: Der Anforderer muss den Endpunkt löschen und neu erstellen.</translation>
    </message>
    <message>
        <source>The run waits for the connection below to be approved. When it is, the run goes on by itself.</source>
        <translation>Die Ausführung wartet, bis die Verbindung unten genehmigt ist. Danach geht sie von selbst weiter.</translation>
    </message>
    <message>
        <source>The run has ended; its page tells how.</source>
        <translation>Die Ausführung ist beendet; ihre Seite zeigt, wie.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ChecksPage</name>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>&amp;Erneut prüfen</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>What stands between this computer and Azure. Nothing is changed, and nobody is asked for anything.</source>
        <translation>Was zwischen diesem Computer und Azure steht. Nichts wird geändert, und niemand wird nach etwas gefragt.</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Es wird geprüft …</translation>
    </message>
    <message>
        <source>Nothing stands in the way.</source>
        <translation>Nichts steht im Weg.</translation>
    </message>
    <message>
        <source>Something stands in the way: it is marked below, with what to do.</source>
        <translation>Etwas steht im Weg: es ist unten markiert, mit dem, was zu tun ist.</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>To the a&amp;ccount</source>
        <translation>Zum Ko&amp;nto</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ConnectionModel</name>
    <message>
        <source>Data Factory %1, endpoint %2</source>
        <translation>Data Factory %1, Endpunkt %2</translation>
    </message>
    <message>
        <source>Private endpoint %1</source>
        <translation>Privater Endpunkt %1</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>Ausstehend</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>Genehmigt</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Disconnected</source>
        <translation>Getrennt</translation>
    </message>
    <message>
        <source>%1, changing …</source>
        <translation>%1, wird geändert …</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Requested by</source>
        <translation>Angefordert von</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::EndpointPage</name>
    <message>
        <source>Private endpoint</source>
        <translation>Privater Endpunkt</translation>
    </message>
    <message>
        <source>&amp;Subscription</source>
        <translation>A&amp;bonnement</translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation>Ressourcen&amp;gruppe</translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation>&amp;Region</translation>
    </message>
    <message>
        <source>The region of the virtual network.</source>
        <translation>Die Region des virtuellen Netzwerks.</translation>
    </message>
    <message>
        <source>&amp;Target sub-resource</source>
        <translation>Ziel&amp;unterressource</translation>
    </message>
    <message>
        <source>Networking</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Remove locks (Delete or Read-only) from the network and its subnets before, and set them again afterwards; the review finds them.</source>
        <translation>Entfernen Sie vorher Sperren (Löschen oder schreibgeschützt) vom Netzwerk und seinen Subnetzen, und setzen Sie sie danach wieder; die Überprüfung findet sie.</translation>
    </message>
    <message>
        <source>&amp;Virtual network</source>
        <translation>&amp;Virtuelles Netzwerk</translation>
    </message>
    <message>
        <source>Choose one, or paste its resource id.</source>
        <translation>Wählen Sie eines, oder fügen Sie seine Ressourcen-ID ein.</translation>
    </message>
    <message>
        <source>It gives one address to the endpoint.</source>
        <translation>Es gibt dem Endpunkt eine Adresse.</translation>
    </message>
    <message>
        <source>Private DNS integration</source>
        <translation>Integration in privates DNS</translation>
    </message>
    <message>
        <source>Inside the network, the server&apos;s own name must lead to the endpoint&apos;s address. The zone is privatelink.postgres.database.azure.com, as the server&apos;s private link resources name it.</source>
        <translation>Im Netzwerk muss der eigene Name des Servers zur Adresse des Endpunkts führen. Die Zone heißt privatelink.postgres.database.azure.com, wie die Private Link-Ressourcen des Servers sie nennen.</translation>
    </message>
    <message>
        <source>&amp;Yes: find the zone that the network uses, or make it</source>
        <translation>&amp;Ja: die Zone suchen, die das Netzwerk verwendet, oder sie erstellen</translation>
    </message>
    <message>
        <source>A network can use only one zone of a name, so an existing one is reused.</source>
        <translation>Ein Netzwerk kann nur eine Zone eines Namens verwenden, daher wird eine vorhandene wiederverwendet.</translation>
    </message>
    <message>
        <source>Yes, with this &amp;zone</source>
        <translation>Ja, mit &amp;dieser Zone</translation>
    </message>
    <message>
        <source>An Azure &amp;Policy writes the record</source>
        <translation>Eine Azure-Richtlinie (&amp;Policy) trägt den Eintrag ein</translation>
    </message>
    <message>
        <source>Causeway waits until the record is there.</source>
        <translation>Causeway wartet, bis der Eintrag da ist.</translation>
    </message>
    <message>
        <source>N&amp;o</source>
        <translation>Ne&amp;in</translation>
    </message>
    <message>
        <source>Names are resolved some other way.</source>
        <translation>Namen werden auf andere Weise aufgelöst.</translation>
    </message>
    <message>
        <source>Approval of this endpoint</source>
        <translation>Genehmigung dieses Endpunkts</translation>
    </message>
    <message>
        <source>&amp;Automatic</source>
        <translation>&amp;Automatisch</translation>
    </message>
    <message>
        <source>You may approve connections on the server yourself.</source>
        <translation>Sie dürfen Verbindungen auf dem Server selbst genehmigen.</translation>
    </message>
    <message>
        <source>&amp;Request approval</source>
        <translation>G&amp;enehmigung anfordern</translation>
    </message>
    <message>
        <source>The server&apos;s owner decides; you send a message with the request.</source>
        <translation>Der Besitzer des Servers entscheidet; Sie senden mit der Anforderung eine Nachricht.</translation>
    </message>
    <message>
        <source>At most 140 characters.</source>
        <translation>Höchstens 140 Zeichen.</translation>
    </message>
    <message>
        <source>The server&apos;s address inside your virtual network.</source>
        <translation>Die Adresse des Servers in Ihrem virtuellen Netzwerk.</translation>
    </message>
    <message>
        <source>will be created</source>
        <translation>wird erstellt</translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird abgefragt …</translation>
    </message>
    <message>
        <source>This subscription has no virtual network. Make one first, or paste the resource id of one elsewhere.</source>
        <translation>Dieses Abonnement hat kein virtuelles Netzwerk. Erstellen Sie zuerst eines, oder fügen Sie die Ressourcen-ID eines anderswo liegenden ein.</translation>
    </message>
    <message>
        <source>delegated to %1: cannot hold endpoints</source>
        <translation>delegiert an %1: nimmt keine Endpunkte auf</translation>
    </message>
    <message>
        <source>%1, no free address</source>
        <translation>%1, keine freie Adresse</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n free address(es)</source>
        <translation>
            <numerusform>%1, %n freie Adresse</numerusform>
            <numerusform>%1, %n freie Adressen</numerusform>
        </translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>S&amp;ubnet</source>
        <translation>&amp;Subnetz</translation>
    </message>
    <message>
        <source>Private DNS zon&amp;e</source>
        <translation>Private DNS-Z&amp;one</translation>
    </message>
    <message>
        <source>Re&amp;quest message</source>
        <translation>Anforderungsna&amp;chricht</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::FinishPage</name>
    <message>
        <source>What was made</source>
        <translation>Was erstellt wurde</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation>Ressourcengruppe</translation>
    </message>
    <message>
        <source>Resources that were made</source>
        <translation>Ressourcen, die erstellt wurden</translation>
    </message>
    <message>
        <source>&amp;Save the setup …</source>
        <translation>Setup &amp;speichern …</translation>
    </message>
    <message>
        <source>Start a&amp;gain</source>
        <translation>Neu &amp;beginnen</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>The road, and the proof that it carries.</source>
        <translation>Der Weg und der Beweis, dass er trägt.</translation>
    </message>
    <message>
        <source>Nothing has run yet.</source>
        <translation>Noch ist nichts ausgeführt worden.</translation>
    </message>
    <message>
        <source>Nothing: everything was as the setup wants it.</source>
        <translation>Nichts: Alles war so, wie das Setup es will.</translation>
    </message>
    <message numerus="yes">
        <source>%n resource(s) in %1.</source>
        <translation>
            <numerusform>%n Ressource in %1.</numerusform>
            <numerusform>%n Ressourcen in %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Connection successful</source>
        <translation>Verbindung erfolgreich</translation>
    </message>
    <message>
        <source>Where to find it</source>
        <translation>Wo Sie alles finden</translation>
    </message>
    <message>
        <source>Server &amp;host name</source>
        <translation>&amp;Hostname des Servers</translation>
    </message>
    <message>
        <source>&amp;Linked service</source>
        <translation>&amp;Verknüpfter Dienst</translation>
    </message>
    <message>
        <source>Saved set&amp;up</source>
        <translation>Gespeichertes Set&amp;up</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>Ausfüh&amp;rung</translation>
    </message>
    <message>
        <source>Its st&amp;ory</source>
        <translation>Ihr Ver&amp;lauf</translation>
    </message>
    <message>
        <source>Every step with its time, on the command line.</source>
        <translation>Jeder Schritt mit seiner Zeit, auf der Befehlszeile.</translation>
    </message>
    <message>
        <source>Resource &amp;id</source>
        <translation>Ressourcen-&amp;ID</translation>
    </message>
    <message>
        <source>In the Azure &amp;portal</source>
        <translation>Im Azure-&amp;Portal</translation>
    </message>
    <message>
        <source>It is only in the sandbox; the Azure portal does not know it.</source>
        <translation>Es gibt sie nur in der Sandbox; das Azure-Portal kennt sie nicht.</translation>
    </message>
    <message>
        <source>In the Azure portal</source>
        <translation>Im Azure-Portal</translation>
    </message>
    <message>
        <source>&amp;Copy all ids</source>
        <translation>Alle IDs &amp;kopieren</translation>
    </message>
    <message>
        <source>In Data Factory Studio, open the factory %1: it stands under Manage, Linked services. To read the database, make a dataset of the type Azure Database for PostgreSQL under Author and choose this linked service.</source>
        <translation>Öffnen Sie in Data Factory Studio die Factory %1: Er steht unter „Verwalten“, „Verknüpfte Dienste“. Um die Datenbank zu lesen, legen Sie unter „Ersteller“ ein Dataset vom Typ „Azure Database for PostgreSQL“ an und wählen diesen verknüpften Dienst.</translation>
    </message>
    <message>
        <source>Not saved yet; “Save the setup” below keeps it in a file, without passwords.</source>
        <translation>Noch nicht gespeichert; „Setup speichern“ unten legt es in einer Datei ab, ohne Kennwörter.</translation>
    </message>
    <message>
        <source>Changed since it was saved.</source>
        <translation>Seit dem Speichern geändert.</translation>
    </message>
    <message>
        <source>It holds no passwords.</source>
        <translation>Es enthält keine Kennwörter.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::IntegrationPage</name>
    <message>
        <source>Data Factory</source>
        <translation>Data Factory</translation>
    </message>
    <message>
        <source>&amp;Factory</source>
        <translation>&amp;Factory</translation>
    </message>
    <message>
        <source>Resource &amp;group</source>
        <translation>Ressourcen&amp;gruppe</translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation>&amp;Region</translation>
    </message>
    <message>
        <source>The managed virtual network lives in the factory&apos;s region.</source>
        <translation>Das verwaltete virtuelle Netzwerk liegt in der Region der Factory.</translation>
    </message>
    <message>
        <source>Integration runtime</source>
        <translation>Integration Runtime</translation>
    </message>
    <message>
        <source>An Azure integration runtime in the factory&apos;s managed virtual network. Interactive authoring must be on for the connection test; it switches itself off when nobody uses it.</source>
        <translation>Eine Azure Integration Runtime im verwalteten virtuellen Netzwerk der Factory. Für den Verbindungstest muss die interaktive Erstellung eingeschaltet sein; sie schaltet sich aus, wenn niemand sie verwendet.</translation>
    </message>
    <message>
        <source>&amp;Runtime</source>
        <translation>Run&amp;time</translation>
    </message>
    <message>
        <source>Interactive &amp;authoring</source>
        <translation>Interaktive &amp;Erstellung</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) after the last use</source>
        <translation>
            <numerusform>%n Minute nach der letzten Verwendung</numerusform>
            <numerusform>%n Minuten nach der letzten Verwendung</numerusform>
        </translation>
    </message>
    <message>
        <source>Managed private endpoint</source>
        <translation>Verwalteter privater Endpunkt</translation>
    </message>
    <message>
        <source>The factory&apos;s door to the server. It asks for a connection that the server&apos;s owner has to approve.</source>
        <translation>Die Tür der Factory zum Server. Er fordert eine Verbindung an, die der Besitzer des Servers genehmigen muss.</translation>
    </message>
    <message>
        <source>A&amp;pprove it in this run</source>
        <translation>In dieser &amp;Ausführung genehmigen</translation>
    </message>
    <message>
        <source>Only the request that this run has made, never another one.</source>
        <translation>Nur die Anforderung, die diese Ausführung erstellt hat, nie eine andere.</translation>
    </message>
    <message>
        <source>&amp;Wait for somebody else to approve</source>
        <translation>Auf Genehmigung durch &amp;jemand anderen warten</translation>
    </message>
    <message>
        <source>The run does all that needs no approval and then waits.</source>
        <translation>Die Ausführung erledigt alles, was keine Genehmigung benötigt, und wartet dann.</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>Genehmigung</translation>
    </message>
    <message>
        <source>Comm&amp;ent</source>
        <translation>&amp;Kommentar</translation>
    </message>
    <message>
        <source>For example the number of a change request.</source>
        <translation>Zum Beispiel die Nummer einer Änderungsanforderung.</translation>
    </message>
    <message>
        <source>Integration</source>
        <translation>Integration</translation>
    </message>
    <message>
        <source>The Data Factory that reaches the server, and the way it takes.</source>
        <translation>Die Data Factory, die den Server erreicht, und der Weg, den sie nimmt.</translation>
    </message>
    <message>
        <source>will be created</source>
        <translation>wird erstellt</translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird abgefragt …</translation>
    </message>
    <message>
        <source>Choose one, or type a name to make one. The name is unique in all of Azure.</source>
        <translation>Wählen Sie eine, oder geben Sie einen Namen ein, um eine zu erstellen. Der Name ist in ganz Azure eindeutig.</translation>
    </message>
    <message>
        <source>Exists; its managed virtual network and runtimes are used.</source>
        <translation>Vorhanden; ihr verwaltetes virtuelles Netzwerk und ihre Runtimes werden verwendet.</translation>
    </message>
    <message>
        <source>Will be created with a system-assigned identity and a managed virtual network.</source>
        <translation>Wird mit einer systemseitig zugewiesenen Identität und einem verwalteten virtuellen Netzwerk erstellt.</translation>
    </message>
    <message>
        <source>managed virtual network</source>
        <translation>verwaltetes virtuelles Netzwerk</translation>
    </message>
    <message>
        <source>not in the managed virtual network</source>
        <translation>nicht im verwalteten virtuellen Netzwerk</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>&amp;Name</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::LinkedServicePage</name>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>From Azure &amp;subscription</source>
        <translation>Aus Azure-&amp;Abonnement</translation>
    </message>
    <message>
        <source>Enter &amp;manually</source>
        <translation>Manuell ein&amp;geben</translation>
    </message>
    <message>
        <source>For a server that you may not read.</source>
        <translation>Für einen Server, den Sie nicht lesen dürfen.</translation>
    </message>
    <message>
        <source>Begins with a letter; letters, digits and underscores.</source>
        <translation>Beginnt mit einem Buchstaben; Buchstaben, Ziffern und Unterstriche.</translation>
    </message>
    <message>
        <source>Account selection</source>
        <translation>Kontoauswahl</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>&amp;Fully qualified domain name</source>
        <translation>Vollständig &amp;qualifizierter Domänenname</translation>
    </message>
    <message>
        <source>&amp;Database</source>
        <translation>&amp;Datenbank</translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation>&amp;Port</translation>
    </message>
    <message>
        <source>Connect &amp;via integration runtime</source>
        <translation>&amp;Verbindung über Integration Runtime</translation>
    </message>
    <message>
        <source>Without it, Data Factory takes its public runtime and never uses the private endpoint.</source>
        <translation>Ohne sie nimmt Data Factory ihre öffentliche Runtime und verwendet den privaten Endpunkt nie.</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
    <message>
        <source>Service principal key</source>
        <translation>Dienstprinzipalschlüssel</translation>
    </message>
    <message>
        <source>Service principal certificate</source>
        <translation>Dienstprinzipalzertifikat</translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation>&amp;Benutzername</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>&amp;Kennwort</translation>
    </message>
    <message>
        <source>Service principal &amp;ID</source>
        <translation>Dienstprinzipal-&amp;ID</translation>
    </message>
    <message>
        <source>Of the service principal, not of the application; with it, the run makes it Microsoft Entra administrator of the server.</source>
        <translation>Des Dienstprinzipals, nicht der Anwendung; mit ihr macht der Lauf ihn zum Microsoft Entra-Administrator des Servers.</translation>
    </message>
    <message>
        <source>Director&amp;y object ID</source>
        <translation>Objekt-ID im Verzeic&amp;hnis</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>&amp;Schlüssel</translation>
    </message>
    <message>
        <source>Certificate pass&amp;word</source>
        <translation>Zertifikatkennwo&amp;rt</translation>
    </message>
    <message>
        <source>A&amp;zure cloud type</source>
        <translation>Az&amp;ure-Cloudtyp</translation>
    </message>
    <message>
        <source>C&amp;redential</source>
        <translation>Anme&amp;ldeinformationen</translation>
    </message>
    <message>
        <source>Name of the factory&apos;s credential; it is made for the identity below when it does not exist.</source>
        <translation>Name der Anmeldeinformationen der Factory; fehlen sie, werden sie für die Identität unten erstellt.</translation>
    </message>
    <message>
        <source>User-assigned &amp;identity</source>
        <translation>Benutzerseitig zugewiesene &amp;Identität</translation>
    </message>
    <message>
        <source>Encryption method</source>
        <translation>Verschlüsselungsmethode</translation>
    </message>
    <message>
        <source>&amp;Encryption method</source>
        <translation>V&amp;erschlüsselungsmethode</translation>
    </message>
    <message>
        <source>Reas&amp;on for weaker encryption</source>
        <translation>Grund für s&amp;chwächere Verschlüsselung</translation>
    </message>
    <message>
        <source>Test and JSON</source>
        <translation>Test und JSON</translation>
    </message>
    <message>
        <source>Test &amp;connection</source>
        <translation>Verbindung &amp;testen</translation>
    </message>
    <message>
        <source>&amp;JSON</source>
        <translation>&amp;JSON</translation>
    </message>
    <message>
        <source>As it is sent; secrets are masked here.</source>
        <translation>So, wie es gesendet wird; Geheimnisse sind hier maskiert.</translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation>Verknüpfter Dienst</translation>
    </message>
    <message>
        <source>How Data Factory signs in to the database: Azure Database for PostgreSQL, version 2.0.</source>
        <translation>Wie sich Data Factory bei der Datenbank anmeldet: Azure Database for PostgreSQL, Version 2.0.</translation>
    </message>
    <message>
        <source>The test needs the factory, its runtime and the server. They are made by this setup; the test is its last step.</source>
        <translation>Der Test benötigt die Factory, ihre Runtime und den Server. Dieses Setup erstellt sie; der Test ist sein letzter Schritt.</translation>
    </message>
    <message>
        <source>Data Factory is trying to connect …</source>
        <translation>Data Factory versucht, eine Verbindung herzustellen …</translation>
    </message>
    <message>
        <source>Connection successful</source>
        <translation>Verbindung erfolgreich</translation>
    </message>
    <message numerus="yes">
        <source>Interactive authoring is off on the runtime %1, and Data Factory tests nothing without it. Switching it on takes about two minutes; it switches itself off after %n minute(s) without use.</source>
        <translation>
            <numerusform>Die interaktive Erstellung ist auf der Runtime %1 ausgeschaltet, und ohne sie testet Data Factory nichts. Das Einschalten dauert etwa zwei Minuten; sie schaltet sich nach %n Minute ohne Verwendung wieder aus.</numerusform>
            <numerusform>Die interaktive Erstellung ist auf der Runtime %1 ausgeschaltet, und ohne sie testet Data Factory nichts. Das Einschalten dauert etwa zwei Minuten; sie schaltet sich nach %n Minuten ohne Verwendung wieder aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Switch it on and test</source>
        <translation>Einschalten und testen</translation>
    </message>
    <message>
        <source>N&amp;ame</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Aut&amp;hentication type</source>
        <translation>Authentifizierungst&amp;yp</translation>
    </message>
    <message>
        <source>&amp;Tenant</source>
        <translation>&amp;Mandant</translation>
    </message>
    <message>
        <source>Credentia&amp;l type</source>
        <translation>Anmeldeinf&amp;ormationstyp</translation>
    </message>
    <message>
        <source>Certificate (PF&amp;X, base64)</source>
        <translation>Zerti&amp;fikat (PFX, Base64)</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::Navigation</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Networking</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Private endpoint</source>
        <translation>Privater Endpunkt</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>Genehmigungen</translation>
    </message>
    <message>
        <source>Integration</source>
        <translation>Integration</translation>
    </message>
    <message>
        <source>Linked service</source>
        <translation>Verknüpfter Dienst</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Überprüfen</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Steps of the wizard</source>
        <translation>Schritte des Assistenten</translation>
    </message>
    <message>
        <source>current step</source>
        <translation>aktueller Schritt</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>ahead</source>
        <translation>steht bevor</translation>
    </message>
    <message>
        <source>Sign-in and network</source>
        <translation>Anmeldung und Netzwerk</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::NetworkingPage</name>
    <message>
        <source>Connectivity method</source>
        <translation>Konnektivitätsmethode</translation>
    </message>
    <message>
        <source>The two methods exclude each other, and the choice can never be changed.</source>
        <translation>Die beiden Methoden schließen einander aus, und die Wahl lässt sich nie mehr ändern.</translation>
    </message>
    <message>
        <source>&amp;Public access (allowed IP addresses) and private endpoint</source>
        <translation>Ö&amp;ffentlicher Zugriff (zulässige IP-Adressen) und privater Endpunkt</translation>
    </message>
    <message>
        <source>The server has a public address that its firewall guards, and can have private endpoints.</source>
        <translation>Der Server hat eine öffentliche Adresse, die seine Firewall schützt, und kann private Endpunkte haben.</translation>
    </message>
    <message>
        <source>Private &amp;access (VNet Integration)</source>
        <translation>&amp;Privater Zugriff (VNet-Integration)</translation>
    </message>
    <message>
        <source>The server lives inside a virtual network.</source>
        <translation>Der Server liegt in einem virtuellen Netzwerk.</translation>
    </message>
    <message>
        <source>Encryption in transit</source>
        <translation>Verschlüsselung bei der Übertragung</translation>
    </message>
    <message>
        <source>Require &amp;secure transport (TLS)</source>
        <translation>&amp;Sicheren Transport (TLS) erfordern</translation>
    </message>
    <message>
        <source>Server parameter</source>
        <translation>Serverparameter</translation>
    </message>
    <message>
        <source>require_secure_transport is on by default. The linked service&apos;s “No encryption” works only when it is off, which is not recommended.</source>
        <translation>require_secure_transport ist standardmäßig eingeschaltet. „Keine Verschlüsselung“ im verknüpften Dienst funktioniert nur, wenn es ausgeschaltet ist, was nicht empfohlen wird.</translation>
    </message>
    <message>
        <source>Public access</source>
        <translation>Öffentlicher Zugriff</translation>
    </message>
    <message>
        <source>Firewall rules have no bearing on traffic through private endpoints. With public access on and no rule, nobody reaches the public address.</source>
        <translation>Firewallregeln wirken nicht auf Datenverkehr durch private Endpunkte. Bei öffentlichem Zugriff ohne Regel erreicht niemand die öffentliche Adresse.</translation>
    </message>
    <message>
        <source>Allow public access through the &amp;firewall</source>
        <translation>Öffentlichen Zugriff &amp;durch die Firewall zulassen</translation>
    </message>
    <message>
        <source>Public network access</source>
        <translation>Zugriff aus öffentlichen Netzwerken</translation>
    </message>
    <message>
        <source>Rule name</source>
        <translation>Regelname</translation>
    </message>
    <message>
        <source>From address</source>
        <translation>Von Adresse</translation>
    </message>
    <message>
        <source>To address</source>
        <translation>Bis Adresse</translation>
    </message>
    <message>
        <source>Firewall rules</source>
        <translation>Firewallregeln</translation>
    </message>
    <message>
        <source>Firewall &amp;rules</source>
        <translation>Firewall&amp;regeln</translation>
    </message>
    <message>
        <source>Add a r&amp;ule</source>
        <translation>Regel &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>A server with private access (VNet Integration) cannot have private endpoints, so Data Factory&apos;s managed virtual network cannot reach it. Causeway builds the road by public access and private endpoint only; public access can be switched off below once the endpoint works.</source>
        <translation>Ein Server mit privatem Zugriff (VNet-Integration) kann keine privaten Endpunkte haben, daher kann ihn das verwaltete virtuelle Netzwerk der Data Factory nicht erreichen. Causeway baut den Weg nur über öffentlichen Zugriff und privaten Endpunkt; der öffentliche Zugriff lässt sich unten ausschalten, sobald der Endpunkt funktioniert.</translation>
    </message>
    <message>
        <source>Networking</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>How the server can be reached, beside its private endpoints.</source>
        <translation>Wie der Server außer über seine privaten Endpunkte erreichbar ist.</translation>
    </message>
    <message>
        <source>Choose public access: private access excludes private endpoints.</source>
        <translation>Wählen Sie öffentlichen Zugriff: Privater Zugriff schließt private Endpunkte aus.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::Page</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Spaces around the text were removed.</source>
        <translation>Leerzeichen um den Text wurden entfernt.</translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird gefragt …</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ReviewPage</name>
    <message>
        <source>What is in the way</source>
        <translation>Was im Weg steht</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Exactly as they will be sent; secrets and values known later are marked.</source>
        <translation>Genau so, wie sie gesendet werden; Geheimnisse und erst später bekannte Werte sind markiert.</translation>
    </message>
    <message>
        <source>Check a&amp;gain</source>
        <translation>Erneut &amp;prüfen</translation>
    </message>
    <message>
        <source>&amp;Save the setup …</source>
        <translation>Setup spei&amp;chern …</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Überprüfen</translation>
    </message>
    <message>
        <source>What will happen, in which order, and by whom. Nothing has been written yet.</source>
        <translation>Was geschehen wird, in welcher Reihenfolge und durch wen. Noch ist nichts geschrieben.</translation>
    </message>
    <message>
        <source>&amp;Create</source>
        <translation>&amp;Erstellen</translation>
    </message>
    <message>
        <source>The setup is not complete yet.</source>
        <translation>Das Setup ist noch nicht vollständig.</translation>
    </message>
    <message>
        <source>Looking at what is there …</source>
        <translation>Es wird nachgesehen, was vorhanden ist …</translation>
    </message>
    <message>
        <source>Create becomes possible when the checks have passed.</source>
        <translation>„Erstellen“ wird möglich, wenn die Prüfungen bestanden sind.</translation>
    </message>
    <message>
        <source>The setup is not complete.</source>
        <translation>Das Setup ist nicht vollständig.</translation>
    </message>
    <message>
        <source>Azure validates the plan …</source>
        <translation>Azure validiert den Plan …</translation>
    </message>
    <message>
        <source>Validation passed. Azure accepts this plan.</source>
        <translation>Validierung erfolgreich. Azure akzeptiert diesen Plan.</translation>
    </message>
    <message>
        <source>Something is in the way; nothing was created.</source>
        <translation>Etwas steht im Weg; es wurde nichts erstellt.</translation>
    </message>
    <message>
        <source>The plan appears here.</source>
        <translation>Hier erscheint der Plan.</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s); the longest way takes %1.</source>
        <translation>
            <numerusform>%n Änderung; der längste Weg dauert %1.</numerusform>
            <numerusform>%n Änderungen; der längste Weg dauert %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>No changes: everything is as the setup wants it. Only the connection is tested.</source>
        <translation>Keine Änderungen: Alles ist so, wie das Setup es will. Nur die Verbindung wird getestet.</translation>
    </message>
    <message>
        <source>&amp;REST calls of the selected step</source>
        <translation>REST-&amp;Aufrufe des ausgewählten Schritts</translation>
    </message>
    <message>
        <source>Each leads to the page and the field that it is about.</source>
        <translation>Jeder Punkt führt zur Seite und zum Feld, um das es geht.</translation>
    </message>
    <message>
        <source>Still to be typed: %1.</source>
        <translation>Noch einzugeben: %1.</translation>
    </message>
    <message>
        <source>Azure does not accept this plan; nothing was created.</source>
        <translation>Azure nimmt diesen Plan nicht an; es wurde nichts erstellt.</translation>
    </message>
    <message>
        <source>The plan</source>
        <translation>Der Plan</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SecretQuestions</name>
    <message>
        <source>Secrets</source>
        <translation>Geheimnisse</translation>
    </message>
    <message>
        <source>The setup leaves these to you. They are kept until the window closes, and nowhere else.</source>
        <translation>Diese überlässt das Setup Ihnen. Sie bleiben bis zum Schließen des Fensters im Speicher und sonst nirgends.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::ServerPage</name>
    <message>
        <source>Databases</source>
        <translation>Datenbanken</translation>
    </message>
    <message>
        <source>Create these &amp;databases</source>
        <translation>Diese &amp;Datenbanken erstellen</translation>
    </message>
    <message>
        <source>Separate names by commas. The databases postgres, azure_sys and azure_maintenance are there already.</source>
        <translation>Trennen Sie Namen durch Kommas. Die Datenbanken postgres, azure_sys und azure_maintenance sind schon da.</translation>
    </message>
    <message>
        <source>With public access (allowed IP addresses), so that it can have private endpoints.</source>
        <translation>Mit öffentlichem Zugriff (zulässige IP-Adressen), damit er private Endpunkte haben kann.</translation>
    </message>
    <message>
        <source>Use an &amp;existing server</source>
        <translation>&amp;Vorhandenen Server verwenden</translation>
    </message>
    <message>
        <source>Basics</source>
        <translation>Grundeinstellungen</translation>
    </message>
    <message>
        <source>&amp;Location</source>
        <translation>&amp;Region</translation>
    </message>
    <message>
        <source>PostgreSQL &amp;version</source>
        <translation>PostgreSQL-Versi&amp;on</translation>
    </message>
    <message>
        <source>&amp;Compute</source>
        <translation>&amp;Compute</translation>
    </message>
    <message>
        <source>&amp;Storage</source>
        <translation>&amp;Speicher</translation>
    </message>
    <message>
        <source>It can grow later, never shrink.</source>
        <translation>Er kann später wachsen, aber nie schrumpfen.</translation>
    </message>
    <message>
        <source>&amp;High availability</source>
        <translation>&amp;Hochverfügbarkeit</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Standby in the same zone</source>
        <translation>Standbyserver in derselben Zone</translation>
    </message>
    <message>
        <source>Standby in another zone</source>
        <translation>Standbyserver in einer anderen Zone</translation>
    </message>
    <message>
        <source>Administrator and sign-in</source>
        <translation>Administrator und Anmeldung</translation>
    </message>
    <message>
        <source>&amp;Generate a strong password</source>
        <translation>Sicheres Kennwort &amp;generieren</translation>
    </message>
    <message>
        <source>Kept in the keychain when there is one, else for this run.</source>
        <translation>Wird im Schlüsselbund aufbewahrt, wenn es einen gibt, sonst für diese Ausführung.</translation>
    </message>
    <message>
        <source>&amp;Type a password now</source>
        <translation>Kennwort jetzt &amp;eingeben</translation>
    </message>
    <message>
        <source>Take it from where the setup says</source>
        <translation>Von dort nehmen, wo das Setup es angibt</translation>
    </message>
    <message>
        <source>&amp;PostgreSQL passwords</source>
        <translation>&amp;PostgreSQL-Kennwörter</translation>
    </message>
    <message>
        <source>It can never be changed.</source>
        <translation>Sie lässt sich nie mehr ändern.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>8 to 128 characters from three of: upper case, lower case, digits, others. It is never stored in the setup.</source>
        <translation>8 bis 128 Zeichen aus drei von: Großbuchstaben, Kleinbuchstaben, Ziffern, andere. Es wird nie im Setup gespeichert.</translation>
    </message>
    <message>
        <source>Sign-in with</source>
        <translation>Anmelden mit</translation>
    </message>
    <message>
        <source>Existing server</source>
        <translation>Vorhandener Server</translation>
    </message>
    <message>
        <source>Ser&amp;ver</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>Choose one of this subscription, or paste the resource id of a server elsewhere.</source>
        <translation>Wählen Sie einen aus diesem Abonnement, oder fügen Sie die Ressourcen-ID eines anderswo liegenden Servers ein.</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>The Azure Database for PostgreSQL flexible server at the end of the road.</source>
        <translation>Der flexible Azure Database for PostgreSQL-Server am Ende des Wegs.</translation>
    </message>
    <message>
        <source>Asking Azure …</source>
        <translation>Azure wird abgefragt …</translation>
    </message>
    <message>
        <source>private access (VNet integration): cannot have private endpoints</source>
        <translation>privater Zugriff (VNet-Integration): kann keine privaten Endpunkte haben</translation>
    </message>
    <message>
        <source>This subscription may not create servers in this region. Choose another region or ask for quota.</source>
        <translation>Dieses Abonnement darf in dieser Region keine Server erstellen. Wählen Sie eine andere Region, oder fordern Sie ein Kontingent an.</translation>
    </message>
    <message>
        <source>past its end of life</source>
        <translation>nicht mehr unterstützt</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n vCore(s), %2 GiB</source>
        <translation>
            <numerusform>%1, %n virtueller Kern, %2 GiB</numerusform>
            <numerusform>%1, %n virtuelle Kerne, %2 GiB</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 GiB</translation>
    </message>
    <message>
        <source>Looking whether the name is free …</source>
        <translation>Es wird nachgesehen, ob der Name frei ist …</translation>
    </message>
    <message>
        <source>✓ The name is free. The server will be %1.postgres.database.azure.com.</source>
        <translation>✓ Der Name ist frei. Der Server wird %1.postgres.database.azure.com heißen.</translation>
    </message>
    <message>
        <source>Whether the name is free could not be found out; creating it will tell.</source>
        <translation>Ob der Name frei ist, ließ sich nicht ermitteln; beim Erstellen wird es sich zeigen.</translation>
    </message>
    <message>
        <source>Lower-case letters, digits and hyphens; unique in all of Azure.</source>
        <translation>Kleinbuchstaben, Ziffern und Bindestriche; in ganz Azure eindeutig.</translation>
    </message>
    <message>
        <source>PostgreSQL %1 in %2, %3</source>
        <translation>PostgreSQL %1 in %2, %3</translation>
    </message>
    <message>
        <source>It could not be read, so it is taken as it is: %1</source>
        <translation>Er konnte nicht gelesen werden und wird daher so genommen, wie er ist: %1</translation>
    </message>
    <message>
        <source>not with this compute size in this region</source>
        <translation>nicht mit dieser Computegröße in dieser Region</translation>
    </message>
    <message>
        <source>Create a ne&amp;w server</source>
        <translation>&amp;Neuen Server erstellen</translation>
    </message>
    <message>
        <source>Server na&amp;me</source>
        <translation>Serverna&amp;me</translation>
    </message>
    <message>
        <source>Microsoft Ent&amp;ra (needed for managed identities and service principals)</source>
        <translation>Microsoft Entr&amp;a (nötig für verwaltete Identitäten und Dienstprinzipale)</translation>
    </message>
    <message>
        <source>Administrator log&amp;in</source>
        <translation>Adm&amp;inistratoranmeldung</translation>
    </message>
    <message>
        <source>Passw&amp;ord</source>
        <translation>&amp;Kennwort</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SettingsPage</name>
    <message>
        <source>Cloud</source>
        <translation>Cloud</translation>
    </message>
    <message>
        <source>Azure (public)</source>
        <translation>Azure (öffentlich)</translation>
    </message>
    <message>
        <source>Azure Government (United States)</source>
        <translation>Azure Government (USA)</translation>
    </message>
    <message>
        <source>Azure in China (21Vianet)</source>
        <translation>Azure in China (21Vianet)</translation>
    </message>
    <message>
        <source>Endpoints of one&apos;s own</source>
        <translation>Eigene Endpunkte</translation>
    </message>
    <message>
        <source>Azure Stack, private clouds</source>
        <translation>Azure Stack, private Clouds</translation>
    </message>
    <message>
        <source>C&amp;loud</source>
        <translation>Clou&amp;d</translation>
    </message>
    <message>
        <source>&amp;Resource Manager</source>
        <translation>&amp;Resource Manager</translation>
    </message>
    <message>
        <source>Sign-in &amp;host</source>
        <translation>Anmelde-&amp;Host</translation>
    </message>
    <message>
        <source>any organisation</source>
        <translation>jede Organisation</translation>
    </message>
    <message>
        <source>&amp;Tenant</source>
        <translation>&amp;Mandant</translation>
    </message>
    <message>
        <source>A directory id or a domain such as contoso.com; empty: whichever you choose when signing in.</source>
        <translation>Eine Verzeichnis-ID oder eine Domäne wie contoso.com; leer: welchen Sie bei der Anmeldung wählen.</translation>
    </message>
    <message>
        <source>Application (client) id</source>
        <translation>Anwendungs-ID (Client-ID)</translation>
    </message>
    <message>
        <source>Causeway ships nobody&apos;s client id: your organisation registers it once, and sees it by its own name in its logs. Without one, sign in as in the Azure CLI.</source>
        <translation>Causeway bringt keine fremde Client-ID mit: Ihre Organisation registriert es einmal und sieht es unter eigenem Namen in ihren Protokollen. Ohne sie melden Sie sich wie in der Azure CLI an.</translation>
    </message>
    <message>
        <source>Client &amp;id</source>
        <translation>Client-&amp;ID</translation>
    </message>
    <message>
        <source>How to &amp;get one</source>
        <translation>Wie man ei&amp;ne bekommt</translation>
    </message>
    <message>
        <source>any free one</source>
        <translation>ein freier</translation>
    </message>
    <message>
        <source>Local &amp;port</source>
        <translation>Lokaler &amp;Port</translation>
    </message>
    <message>
        <source>The browser brings the answer to this computer (localhost). Choose a port only when something here allows no other.</source>
        <translation>Der Browser bringt die Antwort zu diesem Computer (localhost). Wählen Sie nur dann einen Port, wenn etwas hier keinen anderen zulässt.</translation>
    </message>
    <message>
        <source>Offer signing in with a co&amp;de on another device</source>
        <translation>Anmeldung mit &amp;Code auf einem anderen Gerät anbieten</translation>
    </message>
    <message>
        <source>Many organisations block it, because codes are easily phished.</source>
        <translation>Viele Organisationen sperren das, weil Codes leicht abgefischt werden.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>As this system has it</source>
        <translation>Wie in diesem System</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>This one</source>
        <translation>Dieser</translation>
    </message>
    <message>
        <source>Pro&amp;xy</source>
        <translation>Pro&amp;xy</translation>
    </message>
    <message>
        <source>Proxy h&amp;ost</source>
        <translation>Host des Pr&amp;oxys</translation>
    </message>
    <message>
        <source>Proxy port</source>
        <translation>Port des Proxys</translation>
    </message>
    <message>
        <source>&amp;User of the proxy</source>
        <translation>&amp;Benutzer des Proxys</translation>
    </message>
    <message>
        <source>Empty where it asks for none.</source>
        <translation>Leer, wo er keinen verlangt.</translation>
    </message>
    <message>
        <source>Its pass&amp;word</source>
        <translation>Sein &amp;Kennwort</translation>
    </message>
    <message>
        <source>Kept in the keychain; empty: as it was.</source>
        <translation>Im Schlüsselbund verwahrt; leer: wie bisher.</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Additional certificate &amp;authority</source>
        <translation>Zusätzliche Zertifizierungs&amp;stelle</translation>
    </message>
    <message>
        <source>A PEM file, trusted beside the system&apos;s own: for networks that inspect TLS.</source>
        <translation>Eine PEM-Datei, der neben denen des Systems vertraut wird: für Netze, die TLS untersuchen.</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Zertifikate</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
        <translation>Zertifikate (*.pem *.crt *.cer);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Sign-in and network</source>
        <translation>Anmeldung und Netzwerk</translation>
    </message>
    <message>
        <source>How Causeway reaches Azure, and as which application it signs in.</source>
        <translation>Wie Causeway Azure erreicht, und als welche Anwendung es sich anmeldet.</translation>
    </message>
    <message>
        <source>Save and &amp;check</source>
        <translation>Speichern &amp;und prüfen</translation>
    </message>
    <message>
        <source>Or, in a terminal with the Azure CLI:</source>
        <translation>Oder, in einem Terminal mit der Azure CLI:</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Speichern …</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInCard</name>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>The sandbox stands in for Azure. Its users have different rights: try the road as each of them.</source>
        <translation>Die Sandbox vertritt Azure. Ihre Benutzer haben verschiedene Rechte: probieren Sie den Weg als jeder von ihnen.</translation>
    </message>
    <message>
        <source>Signed in &amp;as</source>
        <translation>Angemeldet &amp;als</translation>
    </message>
    <message>
        <source>S&amp;ign in with the browser</source>
        <translation>&amp;Im Browser anmelden</translation>
    </message>
    <message>
        <source>As in the A&amp;zure CLI</source>
        <translation>Wie in der Azure C&amp;LI</translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation>Ab&amp;melden</translation>
    </message>
    <message>
        <source>Your organisation&apos;s own sign-in page, in the system&apos;s browser.</source>
        <translation>Die Anmeldeseite Ihrer Organisation, im Browser des Systems.</translation>
    </message>
    <message>
        <source>Needs no client id: Causeway asks the installed Azure CLI for its tokens.</source>
        <translation>Braucht keine Client-ID: Causeway fragt die installierte Azure CLI nach ihren Token.</translation>
    </message>
    <message>
        <source>Cancel the sign-in</source>
        <translation>Anmeldung abbrechen</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>New code</source>
        <translation>Neuer Code</translation>
    </message>
    <message>
        <source>Nobody is signed in</source>
        <translation>Niemand ist angemeldet</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>Anmeldung läuft …</translation>
    </message>
    <message>
        <source>Your browser shows the sign-in page. When it does not, open this link in it:</source>
        <translation>Ihr Browser zeigt die Anmeldeseite. Wenn nicht, öffnen Sie diesen Link darin:</translation>
    </message>
    <message>
        <source>No browser could be opened. Open this link in one on this computer:</source>
        <translation>Es ließ sich kein Browser öffnen. Öffnen Sie diesen Link in einem auf diesem Computer:</translation>
    </message>
    <message>
        <source>On any device, open this page and type the code:</source>
        <translation>Öffnen Sie auf einem beliebigen Gerät diese Seite und geben Sie den Code ein:</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>The code is good for %1:%2 more.</source>
        <translation>Der Code gilt noch %1:%2.</translation>
    </message>
    <message>
        <source>The code has ended. Ask for a new one.</source>
        <translation>Der Code ist abgelaufen. Fordern Sie einen neuen an.</translation>
    </message>
    <message>
        <source>You stay signed in on this computer: the key is in its keychain.</source>
        <translation>Sie bleiben auf diesem Computer angemeldet: der Schlüssel liegt in seinem Schlüsselbund.</translation>
    </message>
    <message>
        <source>This computer has no keychain that answers, so the sign-in ends with this window. Nothing is written to disk.</source>
        <translation>Auf diesem Computer antwortet kein Schlüsselbund, deshalb endet die Anmeldung mit diesem Fenster. Nichts wird auf die Platte geschrieben.</translation>
    </message>
    <message>
        <source>The keychain is locked, so the sign-in ends with this window. Unlock it and sign in again to stay signed in.</source>
        <translation>Der Schlüsselbund ist gesperrt, deshalb endet die Anmeldung mit diesem Fenster. Entsperren Sie ihn und melden Sie sich erneut an, um angemeldet zu bleiben.</translation>
    </message>
    <message>
        <source>The keychain does not answer, so the sign-in ends with this window. Is a question to unlock it open somewhere?</source>
        <translation>Der Schlüsselbund antwortet nicht, deshalb endet die Anmeldung mit diesem Fenster. Wartet irgendwo eine Frage, ihn zu entsperren?</translation>
    </message>
    <message>
        <source>The stored sign-in was damaged and could not be read. Sign in again; the old one is replaced.</source>
        <translation>Die gespeicherte Anmeldung war beschädigt und konnte nicht gelesen werden. Melden Sie sich erneut an; die alte wird ersetzt.</translation>
    </message>
    <message>
        <source>The stored sign-in cannot be written, so it ends with this window.</source>
        <translation>Die Anmeldung lässt sich nicht speichern, deshalb endet sie mit diesem Fenster.</translation>
    </message>
    <message>
        <source>A run is under way as %1. Until it has ended, nobody else can sign in or out.</source>
        <translation>Eine Ausführung läuft als %1. Bis sie zu Ende ist, kann sich niemand sonst an- oder abmelden.</translation>
    </message>
    <message>
        <source>With a device co&amp;de</source>
        <translation>Mit Geräteco&amp;de</translation>
    </message>
    <message>
        <source>For a browser on another device: you type a code there.</source>
        <translation>Für einen Browser auf einem anderen Gerät: Sie geben dort einen Code ein.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInController</name>
    <message>
        <source>You are signed in</source>
        <translation>Sie sind angemeldet</translation>
    </message>
    <message>
        <source>You can close this tab and go back to Causeway.</source>
        <translation>Sie können diesen Tab schließen und zu Causeway zurückkehren.</translation>
    </message>
    <message>
        <source>The sign-in did not work</source>
        <translation>Die Anmeldung hat nicht geklappt</translation>
    </message>
    <message>
        <source>Go back to Causeway: it says why, and what to do.</source>
        <translation>Kehren Sie zu Causeway zurück: dort steht, warum, und was zu tun ist.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::SignInTrouble</name>
    <message>
        <source>Open the settin&amp;gs</source>
        <translation>Ein&amp;stellungen öffnen</translation>
    </message>
    <message>
        <source>The service says: %1</source>
        <translation>Der Dienst sagt: %1</translation>
    </message>
    <message>
        <source>Send this link to an administrator:</source>
        <translation>Senden Sie diesen Link an jemanden aus der Administration:</translation>
    </message>
    <message>
        <source>In a terminal:</source>
        <translation>In einem Terminal:</translation>
    </message>
    <message>
        <source>For a support request:</source>
        <translation>Für eine Supportanfrage:</translation>
    </message>
    <message>
        <source>In detail: %1</source>
        <translation>Im Einzelnen: %1</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::StartPage</name>
    <message>
        <source>&amp;Set up a private road</source>
        <translation>&amp;Privaten Weg einrichten</translation>
    </message>
    <message>
        <source>Create a server with public access, give it a private endpoint and its DNS, let Data Factory in through a managed private endpoint, build the linked service, and test the connection.</source>
        <translation>Einen Server mit öffentlichem Zugriff erstellen, ihm einen privaten Endpunkt und dessen DNS geben, Data Factory durch einen verwalteten privaten Endpunkt hereinlassen, den verknüpften Dienst erstellen und die Verbindung testen.</translation>
    </message>
    <message>
        <source>&amp;Review approvals</source>
        <translation>&amp;Genehmigungen prüfen</translation>
    </message>
    <message>
        <source>See who asks for a private connection to your servers, and approve, reject or remove.</source>
        <translation>Sehen, wer um eine private Verbindung zu Ihren Servern bittet, und genehmigen, ablehnen oder entfernen.</translation>
    </message>
    <message>
        <source>&amp;Open a setup</source>
        <translation>&amp;Setup öffnen</translation>
    </message>
    <message>
        <source>Go on with a saved setup, or reproduce a customer&apos;s. A setup holds no passwords.</source>
        <translation>Mit einem gespeicherten Setup weitermachen oder das eines Kunden nachstellen. Ein Setup enthält keine Kennwörter.</translation>
    </message>
    <message>
        <source>Resume the &amp;last run</source>
        <translation>&amp;Letzte Ausführung fortsetzen</translation>
    </message>
    <message>
        <source>What would you like to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>A private road between Azure Data Factory and an Azure Database for PostgreSQL flexible server.</source>
        <translation>Ein privater Weg zwischen Azure Data Factory und einem flexiblen Azure Database for PostgreSQL-Server.</translation>
    </message>
    <message>
        <source>stopped in the middle</source>
        <translation>mittendrin stehen geblieben</translation>
    </message>
    <message>
        <source>“%1”, begun %2: %3. What was made is found again, nothing is created twice.</source>
        <translation>„%1“, begonnen %2: %3. Was erstellt wurde, wird wiedergefunden; nichts entsteht doppelt.</translation>
    </message>
    <message>
        <source>Sign-in and &amp;network</source>
        <translation>&amp;Anmeldung und Netzwerk</translation>
    </message>
    <message>
        <source>Choose the cloud and the client id, set up a proxy, and see what stands between this computer and Azure.</source>
        <translation>Cloud und Client-ID wählen, einen Proxy einrichten und sehen, was zwischen diesem Computer und Azure steht.</translation>
    </message>
    <message>
        <source>&amp;Try it without Azure</source>
        <translation>&amp;Ohne Azure ausprobieren</translation>
    </message>
    <message>
        <source>Opens another window on the sandbox: the same pages, the same calls, a real PostgreSQL, and nothing reaches Azure.</source>
        <translation>Öffnet ein weiteres Fenster auf der Sandbox: dieselben Seiten, dieselben Aufrufe, ein echtes PostgreSQL, und nichts erreicht Azure.</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::StepUpBar</name>
    <message>
        <source>Azure asks %1 to sign in again</source>
        <translation>Azure bittet %1, sich erneut anzumelden</translation>
    </message>
    <message>
        <source>Your browser shows the sign-in page. When it does not, open this link in it:</source>
        <translation>Ihr Browser zeigt die Anmeldeseite. Wenn nicht, öffnen Sie diesen Link darin:</translation>
    </message>
    <message>
        <source>No browser could be opened. Open this link in one on this computer:</source>
        <translation>Es ließ sich kein Browser öffnen. Öffnen Sie diesen Link in einem auf diesem Computer:</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>Anmeldung läuft …</translation>
    </message>
    <message>
        <source>What is under way waits for it and then goes on; nothing is lost.</source>
        <translation>Was gerade läuft, wartet darauf und geht dann weiter; nichts geht verloren.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Cancel the sign-in</source>
        <translation>Anmeldung abbrechen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::TenantRows</name>
    <message>
        <source>%1: not listed. %2</source>
        <translation>%1: nicht aufgelistet. %2</translation>
    </message>
    <message>
        <source>Sign in there</source>
        <translation>Dort anmelden</translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation>Bei %1 anmelden</translation>
    </message>
</context>
<context>
    <name>causeway::wizard::WizardWindow</name>
    <message>
        <source>Causeway setups (*.causeway.json *.json)</source>
        <translation>Causeway-Setups (*.causeway.json *.json)</translation>
    </message>
    <message>
        <source>Save the setup</source>
        <translation>Setup speichern</translation>
    </message>
    <message>
        <source>Open a setup</source>
        <translation>Setup öffnen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>Tenant %1</source>
        <translation>Mandant %1</translation>
    </message>
    <message>
        <source>Subscription %1</source>
        <translation>Abonnement %1</translation>
    </message>
    <message>
        <source>Account %1
Tenant %2 (%3)
Subscription %4 (%5)</source>
        <translation>Konto %1
Mandant %2 (%3)
Abonnement %4 (%5)</translation>
    </message>
    <message>
        <source>%1, line %2, column %3: %4</source>
        <translation>%1, Zeile %2, Spalte %3: %4</translation>
    </message>
    <message>
        <source>This setup is a stranger&apos;s. The sandbox has grown a matching world; these ids stand for theirs:</source>
        <translation>Dieses Setup stammt von jemand anderem. Die Sandbox hat eine passende Welt wachsen lassen; diese IDs stehen für die fremden:</translation>
    </message>
    <message>
        <source>The setup could not be saved to %1: %2</source>
        <translation>Das Setup konnte nicht in %1 gespeichert werden: %2</translation>
    </message>
    <message>
        <source>Saved to %1. It holds no passwords.</source>
        <translation>In %1 gespeichert. Es enthält keine Kennwörter.</translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation>Nicht angemeldet</translation>
    </message>
</context>
</TS>
