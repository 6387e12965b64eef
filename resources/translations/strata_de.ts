<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Catalogue</name>
    <message>
        <source>A small English assistant to try Strata with.</source>
        <translation>Ein kleiner englischer Assistent, um Strata auszuprobieren.</translation>
    </message>
</context>
<context>
    <name>Ceiling</name>
    <message>
        <source>Compact</source>
        <translation>Kompakt</translation>
    </message>
    <message>
        <source>smallest file; good answers at most</source>
        <translation>kleinste Datei; bestenfalls gute Antworten</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>recommended; hardly to be told from the original at its best</source>
        <translation>empfohlen; bestenfalls kaum vom Original zu unterscheiden</translation>
    </message>
    <message>
        <source>Faithful</source>
        <translation>Getreu</translation>
    </message>
    <message>
        <source>largest file; as the original</source>
        <translation>größte Datei; wie das Original</translation>
    </message>
</context>
<context>
    <name>CompressionStage</name>
    <message>
        <source>Reading the source</source>
        <translation>Liest die Quelle</translation>
    </message>
    <message>
        <source>Compressing layers</source>
        <translation>Komprimiert Schichten</translation>
    </message>
    <message>
        <source>Compressing vocabulary</source>
        <translation>Komprimiert das Vokabular</translation>
    </message>
    <message>
        <source>Measuring sensitivities</source>
        <translation>Misst Empfindlichkeiten</translation>
    </message>
    <message>
        <source>Measuring quality</source>
        <translation>Misst die Qualität</translation>
    </message>
    <message>
        <source>Writing the stack</source>
        <translation>Schreibt das Modell</translation>
    </message>
    <message>
        <source>layer %1 of %2</source>
        <translation>Schicht %1 von %2</translation>
    </message>
</context>
<context>
    <name>ConversationFile</name>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistent</translation>
    </message>
    <message>
        <source>%1 is not an object</source>
        <translation>%1 ist kein Objekt</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>ein Text</translation>
    </message>
    <message>
        <source>a number within its range</source>
        <translation>eine Zahl in ihrem Bereich</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>wahr oder falsch</translation>
    </message>
    <message>
        <source>“%1” of %2 is not %3</source>
        <translation>„%1“ von %2 ist nicht %3</translation>
    </message>
    <message>
        <source>message %1</source>
        <translation>Nachricht %1</translation>
    </message>
    <message>
        <source>a role that is known</source>
        <translation>eine bekannte Rolle</translation>
    </message>
    <message>
        <source>a whole number above 0</source>
        <translation>eine ganze Zahl über 0</translation>
    </message>
    <message>
        <source>message number %1 stands before its parent</source>
        <translation>Nachricht Nummer %1 steht vor der, auf die sie antwortet</translation>
    </message>
    <message>
        <source>message number %1 is there twice</source>
        <translation>Nachricht Nummer %1 ist doppelt vorhanden</translation>
    </message>
    <message>
        <source>the file is larger than 256 MB</source>
        <translation>die Datei ist größer als 256&#xa0;MB</translation>
    </message>
    <message>
        <source>the file is not JSON (%1, at byte %2)</source>
        <translation>die Datei ist kein JSON (%1, bei Byte %2)</translation>
    </message>
    <message>
        <source>the file is JSON, but not a conversation that Strata exported</source>
        <translation>die Datei ist JSON, aber keine von Strata exportierte Unterhaltung</translation>
    </message>
    <message>
        <source>the file was written by a newer version of Strata; update Strata</source>
        <translation>die Datei wurde von einer neueren Version von Strata geschrieben; aktualisieren Sie Strata</translation>
    </message>
    <message>
        <source>the conversation</source>
        <translation>die Unterhaltung</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
</context>
<context>
    <name>ConversationListModel</name>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>Letzte Woche</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>Älter</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
</context>
<context>
    <name>DeviceProblem</name>
    <message>
        <source>%1 is not there now: the processor computes.</source>
        <translation>%1 ist gerade nicht da: Der Prozessor rechnet.</translation>
    </message>
    <message>
        <source>Choose another device in the settings, or connect it and start Strata again.</source>
        <translation>Wählen Sie in den Einstellungen ein anderes Gerät, oder schließen Sie es an und starten Sie Strata neu.</translation>
    </message>
    <message>
        <source>%1 has too little memory left: the processor computes.</source>
        <translation>%1 hat zu wenig freien Speicher: Der Prozessor rechnet.</translation>
    </message>
    <message>
        <source>Close other programs that use it, then load the model again; or choose another device in the settings.</source>
        <translation>Schließen Sie andere Programme, die es benutzen, und laden Sie das Modell erneut; oder wählen Sie in den Einstellungen ein anderes Gerät.</translation>
    </message>
    <message>
        <source>%1 does not answer: the processor computes.</source>
        <translation>%1 antwortet nicht: Der Prozessor rechnet.</translation>
    </message>
    <message>
        <source>Restart the computer, or choose the processor in the settings.</source>
        <translation>Starten Sie den Computer neu, oder wählen Sie in den Einstellungen den Prozessor.</translation>
    </message>
    <message>
        <source>%1 cannot be used: the processor computes.</source>
        <translation>%1 kann nicht benutzt werden: Der Prozessor rechnet.</translation>
    </message>
    <message>
        <source>Update its driver, or choose another device in the settings.</source>
        <translation>Aktualisieren Sie den Treiber, oder wählen Sie in den Einstellungen ein anderes Gerät.</translation>
    </message>
    <message>
        <source>The graphics device</source>
        <translation>Die Grafikkarte</translation>
    </message>
    <message>
        <source>%1 has failed: the processor goes on, and nothing was lost.</source>
        <translation>%1 ist ausgefallen: Der Prozessor macht weiter, und nichts ging verloren.</translation>
    </message>
    <message>
        <source>Load the model again to use it again; if it fails once more, update its driver.</source>
        <translation>Laden Sie das Modell erneut, um das Gerät wieder zu benutzen; fällt es noch einmal aus, aktualisieren Sie den Treiber.</translation>
    </message>
    <message>
        <source>%1 gives less memory than it may: the processor does the rest.</source>
        <translation>%1 gibt weniger Speicher her als erlaubt: Den Rest übernimmt der Prozessor.</translation>
    </message>
    <message>
        <source>Close other programs that use it, or set a limit for it in the settings.</source>
        <translation>Schließen Sie andere Programme, die es benutzen, oder setzen Sie ihm in den Einstellungen eine Grenze.</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>8-bit integers</source>
        <translation>ganze Zahlen mit 8 Bit</translation>
    </message>
    <message>
        <source>16-bit floating point</source>
        <translation>Gleitkommazahlen mit 16 Bit</translation>
    </message>
    <message>
        <source>8-bit storage</source>
        <translation>Speicher mit 8 Bit</translation>
    </message>
    <message>
        <source>16-bit storage</source>
        <translation>Speicher mit 16 Bit</translation>
    </message>
    <message>
        <source>sums by subgroup</source>
        <translation>Summen in Untergruppen</translation>
    </message>
    <message>
        <source>integer dot product</source>
        <translation>ganzzahliges Skalarprodukt</translation>
    </message>
    <message>
        <source>integer dot product in hardware</source>
        <translation>ganzzahliges Skalarprodukt in Hardware</translation>
    </message>
    <message>
        <source>cooperative matrices</source>
        <translation>kooperative Matrizen</translation>
    </message>
    <message>
        <source>buffer addresses</source>
        <translation>Pufferadressen</translation>
    </message>
    <message>
        <source>timeline semaphores</source>
        <translation>Zeitachsen-Semaphore</translation>
    </message>
    <message>
        <source>tells how much memory is free</source>
        <translation>sagt, wie viel Speicher frei ist</translation>
    </message>
    <message>
        <source>reads the program&apos;s memory</source>
        <translation>liest den Speicher des Programms</translation>
    </message>
    <message>
        <source>memory that the processor can write</source>
        <translation>Speicher, den der Prozessor beschreiben kann</translation>
    </message>
    <message>
        <source>a queue for copies</source>
        <translation>eine Warteschlange für Kopien</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>read where the system holds them</source>
        <translation>werden gelesen, wo das System sie hält</translation>
    </message>
    <message>
        <source>copied to the device</source>
        <translation>werden auf das Gerät kopiert</translation>
    </message>
    <message>
        <source>copies</source>
        <translation>Kopien</translation>
    </message>
    <message>
        <source>written directly</source>
        <translation>direkt geschrieben</translation>
    </message>
    <message>
        <source>through a ring of staging buffers</source>
        <translation>über einen Ring von Zwischenpuffern</translation>
    </message>
    <message>
        <source>integer products</source>
        <translation>ganzzahlige Produkte</translation>
    </message>
    <message>
        <source>four at once (integer dot product)</source>
        <translation>vier auf einmal (ganzzahliges Skalarprodukt)</translation>
    </message>
    <message>
        <source>one by one</source>
        <translation>einzeln</translation>
    </message>
    <message>
        <source>sums</source>
        <translation>Summen</translation>
    </message>
    <message>
        <source>by subgroup</source>
        <translation>in Untergruppen</translation>
    </message>
    <message>
        <source>through shared memory</source>
        <translation>über gemeinsamen Speicher</translation>
    </message>
    <message>
        <source>rows of a product</source>
        <translation>Zeilen eines Produkts</translation>
    </message>
    <message>
        <source>shared by several threads</source>
        <translation>auf mehrere Threads verteilt</translation>
    </message>
    <message>
        <source>a thread each</source>
        <translation>je ein Thread</translation>
    </message>
    <message>
        <source>subgroup</source>
        <translation>Untergruppe</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>buffers of a shader</source>
        <translation>Puffer eines Shaders</translation>
    </message>
    <message>
        <source>shared memory</source>
        <translation>gemeinsamer Speicher</translation>
    </message>
    <message>
        <source>largest binding</source>
        <translation>größte Bindung</translation>
    </message>
    <message>
        <source>largest piece of memory</source>
        <translation>größtes Speicherstück</translation>
    </message>
    <message>
        <source>exchange by subgroup</source>
        <translation>Austausch in Untergruppen</translation>
    </message>
    <message>
        <source>timestamps</source>
        <translation>Zeitstempel</translation>
    </message>
    <message>
        <source>products</source>
        <translation>Produkte</translation>
    </message>
    <message>
        <source>in a processor&apos;s vectors, four rows a thread</source>
        <translation>in den Vektoren eines Prozessors, vier Zeilen je Thread</translation>
    </message>
    <message>
        <source>as graphics cards like them</source>
        <translation>wie es Grafikkarten liegt</translation>
    </message>
    <message>
        <source>staging</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>copied on beside the computation</source>
        <translation>neben der Rechnung weiterkopiert</translation>
    </message>
    <message>
        <source>copied on in the order of the computation</source>
        <translation>in der Reihenfolge der Rechnung weiterkopiert</translation>
    </message>
    <message>
        <source>memory taken</source>
        <translation>belegter Speicher</translation>
    </message>
    <message>
        <source>as much as other programs leave</source>
        <translation>so viel, wie andere Programme übrig lassen</translation>
    </message>
    <message>
        <source>up to the limit that is set for it</source>
        <translation>bis zur Grenze, die dafür gesetzt ist</translation>
    </message>
</context>
<context>
    <name>Download</name>
    <message>
        <source>The folder for models cannot be written.</source>
        <translation>In den Ordner für Modelle kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Check its permissions, or choose another folder in the settings.</source>
        <translation>Prüfen Sie seine Zugriffsrechte, oder wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The disk has too little space: %1 more are needed.</source>
        <translation>Auf dem Datenträger ist zu wenig Platz: Es fehlen %1.</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder in the settings.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The server sent another file than “%1”.</source>
        <translation>Der Server hat eine andere Datei als „%1“ gesendet.</translation>
    </message>
    <message>
        <source>Nothing was kept. Try again later.</source>
        <translation>Nichts davon wurde behalten. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>The disk is full; what has arrived is kept.</source>
        <translation>Der Datenträger ist voll; was angekommen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Free some space and go on with the download.</source>
        <translation>Schaffen Sie Platz, und setzen Sie das Herunterladen fort.</translation>
    </message>
    <message>
        <source>“%1” is not to be had at its address any more.</source>
        <translation>„%1“ ist unter seiner Adresse nicht mehr zu bekommen.</translation>
    </message>
    <message>
        <source>Update Strata, or drop a model of your own on the window.</source>
        <translation>Aktualisieren Sie Strata, oder ziehen Sie ein eigenes Modell auf das Fenster.</translation>
    </message>
    <message>
        <source>The connection was lost; what has arrived is kept.</source>
        <translation>Die Verbindung ist abgebrochen; was angekommen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Check the connection and go on with the download.</source>
        <translation>Prüfen Sie die Verbindung, und setzen Sie das Herunterladen fort.</translation>
    </message>
    <message>
        <source>“%1” arrived damaged (its checksum is wrong).</source>
        <translation>„%1“ ist beschädigt angekommen (die Prüfsumme stimmt nicht).</translation>
    </message>
    <message>
        <source>Nothing was kept. Download it again.</source>
        <translation>Nichts davon wurde behalten. Laden Sie es noch einmal herunter.</translation>
    </message>
</context>
<context>
    <name>Drop</name>
    <message>
        <source>Looking at it…</source>
        <translation>Wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>One after the other</source>
        <translation>Eine nach der anderen</translation>
    </message>
    <message>
        <source>Add %1 (%2)</source>
        <translation>%1 (%2) hinzufügen</translation>
    </message>
    <message>
        <source>Ready to chat; the file stays where it is</source>
        <translation>Bereit zum Chatten; die Datei bleibt, wo sie ist</translation>
    </message>
    <message>
        <source>Import this chat</source>
        <translation>Diesen Chat importieren</translation>
    </message>
    <message>
        <source>Import %1 (%2)</source>
        <translation>%1 (%2) importieren</translation>
    </message>
    <message>
        <source>Compress %1 (%2)</source>
        <translation>%1 (%2) komprimieren</translation>
    </message>
</context>
<context>
    <name>DroppedSource</name>
    <message>
        <source>Drop a .strata or .gguf file, or a folder with config.json and .safetensors files.</source>
        <translation>Ziehen Sie eine .strata- oder .gguf-Datei hierher, oder einen Ordner mit config.json und .safetensors-Dateien.</translation>
    </message>
    <message>
        <source>“%1” is not there any more.</source>
        <translation>„%1“ ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Check that its disk is connected, and drop it again.</source>
        <translation>Prüfen Sie, ob der Datenträger angeschlossen ist, und ziehen Sie die Datei noch einmal hierher.</translation>
    </message>
    <message>
        <source>“%1” is empty (0 bytes).</source>
        <translation>„%1“ ist leer (0 Byte).</translation>
    </message>
    <message>
        <source>Download or copy it again.</source>
        <translation>Laden oder kopieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>“%1” cannot be read.</source>
        <translation>„%1“ kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Prüfen Sie die Zugriffsrechte.</translation>
    </message>
    <message>
        <source>“%1” is only a part of a model.</source>
        <translation>„%1“ ist nur ein Teil eines Modells.</translation>
    </message>
    <message>
        <source>Drop the folder that it lies in.</source>
        <translation>Ziehen Sie den Ordner hierher, in dem die Datei liegt.</translation>
    </message>
    <message>
        <source>“%1” is not a model.</source>
        <translation>„%1“ ist kein Modell.</translation>
    </message>
    <message>
        <source>“%1” holds pictures (%2) and no model.</source>
        <translation>„%1“ enthält Bilder (%2) und kein Modell.</translation>
    </message>
    <message>
        <source>“%1” describes a model, but its weights are missing.</source>
        <translation>„%1“ beschreibt ein Modell, aber die Gewichte fehlen.</translation>
    </message>
    <message>
        <source>Download its .safetensors files too; others are not read.</source>
        <translation>Laden Sie auch die .safetensors-Dateien herunter; andere werden nicht gelesen.</translation>
    </message>
    <message>
        <source>“%1” has weights, but no config.json that describes them.</source>
        <translation>„%1“ enthält Gewichte, aber keine config.json, die sie beschreibt.</translation>
    </message>
    <message>
        <source>Download the whole folder of the model.</source>
        <translation>Laden Sie den ganzen Ordner des Modells herunter.</translation>
    </message>
    <message>
        <source>“%1” is a folder without a model.</source>
        <translation>„%1“ ist ein Ordner ohne Modell.</translation>
    </message>
    <message>
        <source>“%1” holds several models.</source>
        <translation>„%1“ enthält mehrere Modelle.</translation>
    </message>
    <message>
        <source>Drop one of its files.</source>
        <translation>Ziehen Sie eine der Dateien hierher.</translation>
    </message>
    <message>
        <source>These are several things.</source>
        <translation>Das sind mehrere Dinge.</translation>
    </message>
    <message>
        <source>Drop one model at a time; only .strata files may be several.</source>
        <translation>Ziehen Sie ein Modell nach dem anderen hierher; nur .strata-Dateien dürfen es mehrere sein.</translation>
    </message>
    <message>
        <source>That is not a file.</source>
        <translation>Das ist keine Datei.</translation>
    </message>
</context>
<context>
    <name>Fit</name>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>fits in part</source>
        <translation>passt teilweise</translation>
    </message>
    <message>
        <source>fits below %1</source>
        <translation>passt unterhalb von %1</translation>
    </message>
    <message>
        <source>too big even at its floor</source>
        <translation>selbst in der kleinsten Form zu groß</translation>
    </message>
    <message>
        <source>needs %1 more than is free</source>
        <translation>braucht %1 mehr, als frei ist</translation>
    </message>
    <message>
        <source>runs from %1 to %2</source>
        <translation>läuft mit %1 bis %2</translation>
    </message>
</context>
<context>
    <name>JobsModel</name>
    <message>
        <source>Download %1</source>
        <translation>%1 herunterladen</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>%1 importieren</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>%1 komprimieren</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>noch wenige Sekunden</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>noch etwa %1&#xa0;s</translation>
    </message>
    <message>
        <source>about %1 min left</source>
        <translation>noch etwa %1&#xa0;min</translation>
    </message>
    <message>
        <source>about %1 h left</source>
        <translation>noch etwa %1&#xa0;h</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt&#xa0;…</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>Angehalten bei %1</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>“%1” is in the library already; both are kept.</source>
        <translation>„%1“ ist schon in der Sammlung; beide bleiben.</translation>
    </message>
    <message>
        <source>Rename one of them, or remove one.</source>
        <translation>Benennen Sie eines davon um, oder entfernen Sie eines.</translation>
    </message>
    <message>
        <source>“%1” is not there any more.</source>
        <translation>„%1“ ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Connect its disk, or remove it from the library.</source>
        <translation>Schließen Sie den Datenträger an, oder entfernen Sie das Modell aus der Sammlung.</translation>
    </message>
    <message>
        <source>“%1” could not be copied.</source>
        <translation>„%1“ konnte nicht kopiert werden.</translation>
    </message>
    <message>
        <source>Check the disk and its free space; the original is untouched.</source>
        <translation>Prüfen Sie den Datenträger und seinen freien Platz; das Original ist unverändert.</translation>
    </message>
    <message>
        <source>The disk has too little space for a copy of “%1”.</source>
        <translation>Auf dem Datenträger ist zu wenig Platz für eine Kopie von „%1“.</translation>
    </message>
    <message>
        <source>Free some space, or add the file where it is.</source>
        <translation>Schaffen Sie Platz, oder fügen Sie die Datei dort hinzu, wo sie liegt.</translation>
    </message>
    <message>
        <source>“%1” was not moved.</source>
        <translation>„%1“ wurde nicht verschoben.</translation>
    </message>
    <message>
        <source>It is still where it was, and can be used there.</source>
        <translation>Das Modell liegt noch dort, wo es war, und kann dort benutzt werden.</translation>
    </message>
    <message>
        <source>“%1” could not be moved to the trash; it is still there.</source>
        <translation>„%1“ konnte nicht in den Papierkorb verschoben werden und ist noch da.</translation>
    </message>
    <message>
        <source>Delete it in the file manager.</source>
        <translation>Löschen Sie die Datei in der Dateiverwaltung.</translation>
    </message>
    <message>
        <source>“%1” could not be brought back.</source>
        <translation>„%1“ konnte nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>Look for it in the trash of the file manager.</source>
        <translation>Sehen Sie im Papierkorb der Dateiverwaltung nach.</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open link</source>
        <translation>Verweis öffnen</translation>
    </message>
    <message>
        <source>Open this address outside of Strata?</source>
        <translation>Diese Adresse außerhalb von Strata öffnen?</translation>
    </message>
    <message>
        <source>This link cannot be opened: only web and mail addresses can.</source>
        <translation>Dieser Verweis kann nicht geöffnet werden: Das geht nur mit Web- und Mailadressen.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>The quality of this model was not measured.</source>
        <translation>Die Qualität dieses Modells wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>Picks the same next word as the full model %1 times of 100, measured on text that was kept apart.</source>
        <translation>Wählt in %1 von 100 Fällen dasselbe nächste Wort wie das volle Modell, gemessen an Text, der dafür zurückgehalten wurde.</translation>
    </message>
    <message>
        <source>%1 of %2 megabytes</source>
        <translation>%1 von %2 Megabyte</translation>
    </message>
    <message>
        <source>%1, too little: answers may make no sense</source>
        <translation>%1, zu wenig: Antworten können sinnlos sein</translation>
    </message>
    <message>
        <source>%1, %2 percent of full quality</source>
        <translation>%1, %2 Prozent der vollen Qualität</translation>
    </message>
    <message>
        <source>about %1 tokens/s</source>
        <translation>etwa %1 Token/s</translation>
    </message>
</context>
<context>
    <name>NumberText</name>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>too little memory: answers may make no sense</source>
        <translation>zu wenig Speicher: Antworten können sinnlos sein</translation>
    </message>
    <message>
        <source>%1 % of full quality</source>
        <translation>%1&#xa0;% der vollen Qualität</translation>
    </message>
</context>
<context>
    <name>ProblemText</name>
    <message>
        <source>“%1” cannot be used here; nothing was changed.</source>
        <translation>„%1“ kann hier nicht benutzt werden; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>This cannot be done; nothing was changed.</source>
        <translation>Das ist nicht möglich; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Choose something else; the details say why.</source>
        <translation>Wählen Sie etwas anderes; die Einzelheiten sagen, warum.</translation>
    </message>
    <message>
        <source>“%1” is not there, or something in it is missing.</source>
        <translation>„%1“ ist nicht da, oder etwas darin fehlt.</translation>
    </message>
    <message>
        <source>Something that is needed was not found.</source>
        <translation>Etwas Benötigtes wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>Check that its disk is connected, or choose the file again.</source>
        <translation>Prüfen Sie, ob der Datenträger angeschlossen ist, oder wählen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>The system does not allow access to “%1”.</source>
        <translation>Das System erlaubt keinen Zugriff auf „%1“.</translation>
    </message>
    <message>
        <source>The system does not allow this.</source>
        <translation>Das System erlaubt das nicht.</translation>
    </message>
    <message>
        <source>Check who owns it and its permissions, or choose another folder.</source>
        <translation>Prüfen Sie Besitzer und Zugriffsrechte, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>“%1” is there already and was left as it is.</source>
        <translation>„%1“ ist schon da und blieb unverändert.</translation>
    </message>
    <message>
        <source>The file is there already and was left as it is.</source>
        <translation>Die Datei ist schon da und blieb unverändert.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>“%1” could not be read or written.</source>
        <translation>„%1“ konnte nicht gelesen oder geschrieben werden.</translation>
    </message>
    <message>
        <source>Reading or writing failed.</source>
        <translation>Lesen oder Schreiben ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>Check the disk and its connection, then try again.</source>
        <translation>Prüfen Sie den Datenträger und seinen Anschluss, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The disk is full: “%1” could not be written.</source>
        <translation>Der Datenträger ist voll: „%1“ konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The disk is full; what was there before is still there.</source>
        <translation>Der Datenträger ist voll; was vorher da war, ist noch da.</translation>
    </message>
    <message>
        <source>Free some space or choose another disk, then try again.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie einen anderen Datenträger, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The computer has too little memory left for “%1”.</source>
        <translation>Der Computer hat für „%1“ zu wenig Speicher frei.</translation>
    </message>
    <message>
        <source>The computer has too little memory left; nothing was lost.</source>
        <translation>Der Computer hat zu wenig Speicher frei; es ging nichts verloren.</translation>
    </message>
    <message>
        <source>Close other programs, or give the model less memory.</source>
        <translation>Schließen Sie andere Programme, oder geben Sie dem Modell weniger Speicher.</translation>
    </message>
    <message>
        <source>“%1” is not a model.</source>
        <translation>„%1“ ist kein Modell.</translation>
    </message>
    <message>
        <source>This is not a model.</source>
        <translation>Das ist kein Modell.</translation>
    </message>
    <message>
        <source>Choose a .strata or a .gguf file.</source>
        <translation>Wählen Sie eine .strata- oder eine .gguf-Datei.</translation>
    </message>
    <message>
        <source>“%1” is incomplete: its end is missing.</source>
        <translation>„%1“ ist unvollständig: Das Ende fehlt.</translation>
    </message>
    <message>
        <source>The file is incomplete: its end is missing.</source>
        <translation>Die Datei ist unvollständig: Das Ende fehlt.</translation>
    </message>
    <message>
        <source>Wait until it has been copied, or download or copy it again.</source>
        <translation>Warten Sie, bis die Datei kopiert ist, oder laden oder kopieren Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>“%1” is damaged and cannot be used.</source>
        <translation>„%1“ ist beschädigt und kann nicht benutzt werden.</translation>
    </message>
    <message>
        <source>The file is damaged and cannot be used.</source>
        <translation>Die Datei ist beschädigt und kann nicht benutzt werden.</translation>
    </message>
    <message>
        <source>Download, copy or compress it again.</source>
        <translation>Laden, kopieren oder komprimieren Sie das Modell noch einmal.</translation>
    </message>
    <message>
        <source>“%1” has changed since it was made: its checksum is wrong.</source>
        <translation>„%1“ hat sich verändert, seit die Datei erzeugt wurde: Die Prüfsumme stimmt nicht.</translation>
    </message>
    <message>
        <source>The data has changed since it was made: its checksum is wrong.</source>
        <translation>Die Daten haben sich verändert, seit sie erzeugt wurden: Die Prüfsumme stimmt nicht.</translation>
    </message>
    <message>
        <source>Download, copy or compress it again; if that does not help, check the disk.</source>
        <translation>Laden, kopieren oder komprimieren Sie das Modell noch einmal; hilft das nicht, prüfen Sie den Datenträger.</translation>
    </message>
    <message>
        <source>This version of Strata cannot use “%1”.</source>
        <translation>Diese Version von Strata kann „%1“ nicht benutzen.</translation>
    </message>
    <message>
        <source>This version of Strata cannot do that.</source>
        <translation>Diese Version von Strata kann das nicht.</translation>
    </message>
    <message>
        <source>Choose another model, or update Strata; the details say what it lacks.</source>
        <translation>Wählen Sie ein anderes Modell, oder aktualisieren Sie Strata; die Einzelheiten sagen, was fehlt.</translation>
    </message>
    <message>
        <source>“%1” cannot run in so little memory.</source>
        <translation>„%1“ kann in so wenig Speicher nicht laufen.</translation>
    </message>
    <message>
        <source>The model cannot run in so little memory.</source>
        <translation>Das Modell kann in so wenig Speicher nicht laufen.</translation>
    </message>
    <message>
        <source>Move the memory slider up, or choose a smaller model.</source>
        <translation>Schieben Sie den Speicherregler höher, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The conversation is longer than “%1” can read.</source>
        <translation>Die Unterhaltung ist länger, als „%1“ lesen kann.</translation>
    </message>
    <message>
        <source>The conversation is longer than the model can read; all of it is kept.</source>
        <translation>Die Unterhaltung ist länger, als das Modell lesen kann; sie bleibt vollständig erhalten.</translation>
    </message>
    <message>
        <source>Start a new chat, or choose another overflow policy or a longer context.</source>
        <translation>Beginnen Sie einen neuen Chat, oder wählen Sie, was bei vollem Kontext geschieht, oder einen längeren Kontext.</translation>
    </message>
    <message>
        <source>The chat template in “%1” does not work.</source>
        <translation>Die Chatvorlage in „%1“ funktioniert nicht.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template does not work with this conversation.</source>
        <translation>Die Chatvorlage des Modells funktioniert mit dieser Unterhaltung nicht.</translation>
    </message>
    <message>
        <source>Try without a system prompt, or choose another model.</source>
        <translation>Versuchen Sie es ohne Systemanweisung, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>“%1” was cancelled; what was done so far is kept.</source>
        <translation>„%1“ wurde abgebrochen; was bis dahin getan war, bleibt erhalten.</translation>
    </message>
    <message>
        <source>This was cancelled; what was done so far is kept.</source>
        <translation>Das wurde abgebrochen; was bis dahin getan war, bleibt erhalten.</translation>
    </message>
</context>
<context>
    <name>QAbstractSpinBox</name>
    <message>
        <source>&amp;Step up</source>
        <translation>&amp;Erhöhen</translation>
    </message>
    <message>
        <source>Step &amp;down</source>
        <translation>&amp;Verringern</translation>
    </message>
    <message>
        <source>&amp;Select All</source>
        <translation>Alles &amp;auswählen</translation>
    </message>
</context>
<context>
    <name>QKeySequenceEdit</name>
    <message>
        <source>Press shortcut</source>
        <translation>Tasten drücken</translation>
    </message>
    <message>
        <source>%1, ...</source>
        <translation>%1, ...</translation>
    </message>
</context>
<context>
    <name>QLineEdit</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>&amp;Ausschneiden</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Einfügen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>Alles auswählen</translation>
    </message>
</context>
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>&amp;Yes</source>
        <translation>&amp;Ja</translation>
    </message>
    <message>
        <source>&amp;No</source>
        <translation>&amp;Nein</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Ctrl</source>
        <translation>Strg</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Umschalt</translation>
    </message>
    <message>
        <source>Alt</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>Meta</source>
        <translation>Meta</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Rücktaste</translation>
    </message>
    <message>
        <source>Ins</source>
        <translation>Einfg</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>Bild auf</translation>
    </message>
    <message>
        <source>PgDown</source>
        <translation>Bild ab</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Runter</translation>
    </message>
</context>
<context>
    <name>QWidgetTextControl</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>&amp;Ausschneiden</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Einfügen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>Alles auswählen</translation>
    </message>
</context>
<context>
    <name>RoughTime</name>
    <message>
        <source>less than a minute</source>
        <translation>weniger als eine Minute</translation>
    </message>
    <message>
        <source>about a minute</source>
        <translation>etwa eine Minute</translation>
    </message>
    <message>
        <source>about %1 minutes</source>
        <translation>etwa %1 Minuten</translation>
    </message>
    <message>
        <source>about %1 hours</source>
        <translation>etwa %1 Stunden</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Alle Chats durchsuchen</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>In diesem Chat suchen</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Die Nachricht senden</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Die Antwort anhalten</translation>
    </message>
    <message>
        <source>Edit your last message</source>
        <translation>Ihre letzte Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Show or hide the memory panel</source>
        <translation>Speicherleiste zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Yield memory, or take it back</source>
        <translation>Speicher abgeben oder zurückholen</translation>
    </message>
    <message>
        <source>Show or hide the list of chats</source>
        <translation>Liste der Chats zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Next column</source>
        <translation>Nächste Spalte</translation>
    </message>
    <message>
        <source>Previous column</source>
        <translation>Vorige Spalte</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>StackSummary</name>
    <message>
        <source>“%1” is empty (0 bytes).</source>
        <translation>„%1“ ist leer (0 Byte).</translation>
    </message>
    <message>
        <source>Download, copy or compress it again.</source>
        <translation>Laden, kopieren oder komprimieren Sie das Modell noch einmal.</translation>
    </message>
    <message>
        <source>“%1” was made by a newer version of Strata.</source>
        <translation>„%1“ wurde von einer neueren Version von Strata erzeugt.</translation>
    </message>
    <message>
        <source>Update Strata to use it; the file is fine.</source>
        <translation>Aktualisieren Sie Strata, um das Modell zu benutzen; die Datei ist in Ordnung.</translation>
    </message>
    <message>
        <source>“%1” is a model that was not compressed yet.</source>
        <translation>„%1“ ist ein Modell, das noch nicht komprimiert wurde.</translation>
    </message>
    <message>
        <source>Drop it on the window to compress it.</source>
        <translation>Ziehen Sie es auf das Fenster, um es zu komprimieren.</translation>
    </message>
</context>
<context>
    <name>StoreProblem</name>
    <message>
        <source>Your conversations cannot be opened.</source>
        <translation>Ihre Unterhaltungen können nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>Check that the folder is there and that you may read and write it.</source>
        <translation>Prüfen Sie, ob der Ordner da ist und ob Sie darin lesen und schreiben dürfen.</translation>
    </message>
    <message>
        <source>The folder with your conversations cannot be written.</source>
        <translation>In den Ordner mit Ihren Unterhaltungen kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Check its permissions; what is stored already is safe.</source>
        <translation>Prüfen Sie die Zugriffsrechte; was schon gespeichert ist, ist sicher.</translation>
    </message>
    <message>
        <source>Another program is holding your conversations.</source>
        <translation>Ein anderes Programm hält Ihre Unterhaltungen fest.</translation>
    </message>
    <message>
        <source>Close the other window or wait for it, then try again; nothing was lost.</source>
        <translation>Schließen Sie das andere Fenster, oder warten Sie darauf, und versuchen Sie es noch einmal; es ging nichts verloren.</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged.</source>
        <translation>Die Datei mit Ihren Unterhaltungen ist beschädigt.</translation>
    </message>
    <message>
        <source>Start Strata again: the file is put aside, not deleted, and a new one begun.</source>
        <translation>Starten Sie Strata neu: Die Datei wird zur Seite gelegt, nicht gelöscht, und eine neue begonnen.</translation>
    </message>
    <message>
        <source>The search index is damaged.</source>
        <translation>Das Suchverzeichnis ist beschädigt.</translation>
    </message>
    <message>
        <source>Start Strata again; your conversations are safe.</source>
        <translation>Starten Sie Strata neu; Ihre Unterhaltungen sind sicher.</translation>
    </message>
    <message>
        <source>The file that should hold your conversations belongs to another program.</source>
        <translation>Die Datei, in der Ihre Unterhaltungen stehen sollten, gehört einem anderen Programm.</translation>
    </message>
    <message>
        <source>Move that file away; it was not changed.</source>
        <translation>Verschieben Sie diese Datei; sie wurde nicht verändert.</translation>
    </message>
    <message>
        <source>Your conversations were written by a newer version of Strata.</source>
        <translation>Ihre Unterhaltungen wurden von einer neueren Version von Strata geschrieben.</translation>
    </message>
    <message>
        <source>Update Strata to open them; the file was not changed.</source>
        <translation>Aktualisieren Sie Strata, um sie zu öffnen; die Datei wurde nicht verändert.</translation>
    </message>
    <message>
        <source>The disk is full: the last change was not saved.</source>
        <translation>Der Datenträger ist voll: Die letzte Änderung wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>Free some space; everything saved before is safe.</source>
        <translation>Schaffen Sie Platz; alles vorher Gespeicherte ist sicher.</translation>
    </message>
    <message>
        <source>What was to be changed is not there any more.</source>
        <translation>Was geändert werden sollte, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>It may have been removed in another window.</source>
        <translation>Es wurde vielleicht in einem anderen Fenster entfernt.</translation>
    </message>
    <message>
        <source>The last change could not be saved.</source>
        <translation>Die letzte Änderung konnte nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>Try again; everything saved before is safe.</source>
        <translation>Versuchen Sie es noch einmal; alles vorher Gespeicherte ist sicher.</translation>
    </message>
    <message>
        <source>The file with your conversations was damaged; Strata has begun a new one.</source>
        <translation>Die Datei mit Ihren Unterhaltungen war beschädigt; Strata hat eine neue begonnen.</translation>
    </message>
    <message>
        <source>The damaged file was kept as %1.</source>
        <translation>Die beschädigte Datei wurde als %1 behalten.</translation>
    </message>
</context>
<context>
    <name>strata::app::Application</name>
    <message>
        <source>%1 was removed from the library</source>
        <translation>%1 wurde aus der Sammlung entfernt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Rename the model</source>
        <translation>Das Modell umbenennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Add models</source>
        <translation>Modelle hinzufügen</translation>
    </message>
    <message>
        <source>Models (*.strata *.gguf);;All files (*)</source>
        <translation>Modelle (*.strata *.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>Ordner eines Modells hinzufügen</translation>
    </message>
    <message>
        <source>The chat was written to %1</source>
        <translation>Der Chat wurde nach %1 geschrieben</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>Alle Modelle&#xa0;…</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist bereit</translation>
    </message>
    <message>
        <source>It was compressed, and can be talked to.</source>
        <translation>Das Modell wurde komprimiert und ist bereit für einen Chat.</translation>
    </message>
    <message>
        <source>Chat now</source>
        <translation>Jetzt chatten</translation>
    </message>
    <message>
        <source>%1 could not be compressed</source>
        <translation>%1 konnte nicht komprimiert werden</translation>
    </message>
</context>
<context>
    <name>strata::app::CompressWiring</name>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>%1 komprimieren</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>Angehalten bei %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Compressing %1: %2</source>
        <translation>%1 wird komprimiert: %2</translation>
    </message>
</context>
<context>
    <name>strata::app::DesktopNotice</name>
    <message>
        <source>Show Strata</source>
        <translation>Strata zeigen</translation>
    </message>
</context>
<context>
    <name>strata::app::DeviceWiring</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Strata ended unexpectedly while it looked for graphics devices or began to use one.</source>
        <translation>Strata wurde unerwartet beendet, während es Grafikkarten suchte oder zu benutzen begann.</translation>
    </message>
    <message>
        <source>The processor computes from now on. Update the driver, then choose the device again.</source>
        <translation>Von jetzt an rechnet der Prozessor. Aktualisieren Sie den Treiber, und wählen Sie das Gerät dann wieder.</translation>
    </message>
</context>
<context>
    <name>strata::app::FolderWiring</name>
    <message>
        <source>Folder for models</source>
        <translation>Ordner für Modelle</translation>
    </message>
    <message>
        <source>Move the models to the new folder?</source>
        <translation>Die Modelle in den neuen Ordner verschieben?</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s), %1, lie in the former folder. Those that stay there are listed as before.</source>
        <translation>
            <numerusform>%n Modell, %1, liegt im bisherigen Ordner. Was dort bleibt, wird wie zuvor aufgeführt.</numerusform>
            <numerusform>%n Modelle, %1, liegen im bisherigen Ordner. Was dort bleibt, wird wie zuvor aufgeführt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Move them</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Leave them there</source>
        <translation>Dort lassen</translation>
    </message>
    <message>
        <source>Moving models</source>
        <translation>Modelle werden verschoben</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) moved to the new folder</source>
        <translation>
            <numerusform>%n Modell in den neuen Ordner verschoben</numerusform>
            <numerusform>%n Modelle in den neuen Ordner verschoben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::app::SampleWiring</name>
    <message>
        <source>%1 %2 to download, %3, from %4</source>
        <translation>%1 %2 zum Herunterladen, %3, von %4</translation>
    </message>
    <message>
        <source>%1 It is on this computer already; %2.</source>
        <translation>%1 Es ist schon auf diesem Computer; %2.</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>Komprimieren</translation>
    </message>
    <message>
        <source>%1 of %2  ·  %3</source>
        <translation>%1 von %2  ·  %3</translation>
    </message>
</context>
<context>
    <name>strata::app::Tray</name>
    <message>
        <source>Show Strata</source>
        <translation>Strata zeigen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>Speicher zurückholen</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>Speicher abgeben</translation>
    </message>
    <message>
        <source>Strata: %1 of %2 MB</source>
        <translation>Strata: %1 von %2&#xa0;MB</translation>
    </message>
    <message>
        <source>Strata</source>
        <translation>Strata</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChatPage</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>How answers are written</source>
        <translation>Wie Antworten geschrieben werden</translation>
    </message>
    <message>
        <source>This conversation</source>
        <translation>Diese Unterhaltung</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Zum Ende</translation>
    </message>
    <message>
        <source>Message deleted, with all that followed it.</source>
        <translation>Die Nachricht wurde mit allem, was ihr folgte, gelöscht.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Waiting for the model to load…</source>
        <translation>Warten, bis das Modell geladen ist&#xa0;…</translation>
    </message>
    <message>
        <source>Waiting for a model: choose one at the top of the window</source>
        <translation>Wartet auf ein Modell: Wählen Sie oben im Fenster eines aus</translation>
    </message>
    <message>
        <source>Reading the conversation… %1 %</source>
        <translation>Liest die Unterhaltung&#xa0;… %1&#xa0;%</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Liest&#xa0;…</translation>
    </message>
    <message>
        <source>Find in this conversation…</source>
        <translation>In dieser Unterhaltung suchen&#xa0;…</translation>
    </message>
    <message>
        <source>How answers are written…</source>
        <translation>Wie Antworten geschrieben werden&#xa0;…</translation>
    </message>
    <message>
        <source>Before the next answer, read the conversation anew</source>
        <translation>Vor der nächsten Antwort die Unterhaltung neu lesen</translation>
    </message>
    <message>
        <source>What was read with less memory is then read again, with the quality of that time</source>
        <translation>Was mit weniger Speicher gelesen wurde, wird dann noch einmal gelesen, in der dann möglichen Qualität</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen&#xa0;…</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>Als Markdown exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>Als JSON exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Deleted %1 times; the last one comes back first.</source>
        <translation>%1-mal gelöscht; das zuletzt Gelöschte kommt zuerst zurück.</translation>
    </message>
    <message>
        <source>Held while its memory is yielded; take it back to go on</source>
        <translation>Angehalten, solange der Speicher abgegeben ist; nehmen Sie ihn zurück, um fortzufahren</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChatView</name>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy message as Markdown</source>
        <translation>Nachricht als Markdown kopieren</translation>
    </message>
    <message>
        <source>Write another answer</source>
        <translation>Eine andere Antwort schreiben</translation>
    </message>
    <message>
        <source>Edit as a new version</source>
        <translation>Als neue Fassung bearbeiten</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>Diese Antwort fortsetzen</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Delete with all that follows</source>
        <translation>Mit allem Folgenden löschen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Überlegungen</translation>
    </message>
    <message>
        <source>Show or hide what the model thought before it answered</source>
        <translation>Zeigen oder verbergen, was das Modell vor der Antwort überlegt hat</translation>
    </message>
    <message>
        <source>Show thinking</source>
        <translation>Überlegungen zeigen</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChoicesPage</name>
    <message>
        <source>How good may it become?</source>
        <translation>Wie gut darf es werden?</translation>
    </message>
    <message>
        <source>Whatever you choose, the model can later run in less. These defaults suit most.</source>
        <translation>Was Sie auch wählen: Das Modell kann später in weniger Speicher laufen. Die Vorgaben passen meistens.</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>Lernen von</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern als</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>Komprimieren</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Text to learn from</source>
        <translation>Text, von dem gelernt wird</translation>
    </message>
    <message>
        <source>The built-in text</source>
        <translation>Der eingebaute Text</translation>
    </message>
    <message>
        <source>A text file of mine…</source>
        <translation>Eine eigene Textdatei&#xa0;…</translation>
    </message>
    <message>
        <source>Choose a text</source>
        <translation>Text wählen</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md);;All files (*)</source>
        <translation>Texte (*.txt *.md);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Save the compressed model</source>
        <translation>Das komprimierte Modell speichern</translation>
    </message>
    <message>
        <source>Stacks (*.strata)</source>
        <translation>Komprimierte Modelle (*.strata)</translation>
    </message>
    <message>
        <source>This will take</source>
        <translation>Das braucht</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>wird berechnet&#xa0;…</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation>Größe des Ergebnisses</translation>
    </message>
    <message>
        <source>Disk while it runs</source>
        <translation>Platz, während es läuft</translation>
    </message>
    <message>
        <source>%1 of %2 that are free</source>
        <translation>%1 von %2, die frei sind</translation>
    </message>
    <message>
        <source>Memory while it runs</source>
        <translation>Speicher, während es läuft</translation>
    </message>
    <message>
        <source>This disk has too little room: free %1, or save it on another disk.</source>
        <translation>Auf diesem Datenträger ist zu wenig Platz: Schaffen Sie %1, oder speichern Sie auf einem anderen.</translation>
    </message>
    <message>
        <source>%1, and only %2 are free</source>
        <translation>%1, und nur %2 sind frei</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Best, with the fewest errors</source>
        <translation>Am besten, mit den wenigsten Fehlern</translation>
    </message>
    <message>
        <source>Quick, with more errors at every size</source>
        <translation>Schnell, mit mehr Fehlern bei jeder Größe</translation>
    </message>
    <message>
        <source>Take over a checkpoint</source>
        <translation>Einen Checkpoint übernehmen</translation>
    </message>
    <message>
        <source>Its blocks are taken over as they are, so there is no quality to choose.</source>
        <translation>Seine Blöcke werden übernommen, wie sie sind; eine Qualität ist deshalb nicht zu wählen.</translation>
    </message>
</context>
<context>
    <name>strata::ui::Composer</name>
    <message>
        <source>Message…</source>
        <translation>Nachricht&#xa0;…</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Editing: what you send becomes a new version; the old one stays.</source>
        <translation>Bearbeiten: Was Sie senden, wird eine neue Fassung; die alte bleibt.</translation>
    </message>
    <message>
        <source>Keep the message as it is</source>
        <translation>Die Nachricht lassen, wie sie ist</translation>
    </message>
    <message>
        <source>Queued, sent after this answer: %1</source>
        <translation>Wartet, wird nach dieser Antwort gesendet: %1</translation>
    </message>
    <message>
        <source>Do not send the queued message</source>
        <translation>Die wartende Nachricht nicht senden</translation>
    </message>
</context>
<context>
    <name>strata::ui::ComposerEdit</name>
    <message>
        <source>The text is too long to send (%1). Nothing was pasted; paste the part that matters.</source>
        <translation>Der Text ist zu lang zum Senden (%1). Es wurde nichts eingefügt; fügen Sie den Teil ein, auf den es ankommt.</translation>
    </message>
    <message>
        <source>This is not text but binary data. Nothing was pasted.</source>
        <translation>Das ist kein Text, es sind binäre Daten. Es wurde nichts eingefügt.</translation>
    </message>
</context>
<context>
    <name>strata::ui::CompressWizard</name>
    <message>
        <source>Compress a model</source>
        <translation>Ein Modell komprimieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Chat now</source>
        <translation>Jetzt chatten</translation>
    </message>
</context>
<context>
    <name>strata::ui::ContextMeter</name>
    <message>
        <source>Context: %1 of %2 tokens</source>
        <translation>Kontext: %1 von %2 Token</translation>
    </message>
    <message>
        <source>Context %1 %</source>
        <translation>Kontext %1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>strata::ui::ConversationList</name>
    <message>
        <source>“%1” could not be imported.</source>
        <translation>„%1“ konnte nicht importiert werden.</translation>
    </message>
    <message>
        <source>Choose a conversation that Strata has exported as JSON. Nothing was changed.</source>
        <translation>Wählen Sie eine Unterhaltung, die Strata als JSON exportiert hat. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Export conversation</source>
        <translation>Unterhaltung exportieren</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Import conversation</source>
        <translation>Unterhaltung importieren</translation>
    </message>
    <message>
        <source>Conversation (*.json)</source>
        <translation>Unterhaltung (*.json)</translation>
    </message>
    <message>
        <source>The conversation could not be written to “%1”.</source>
        <translation>Die Unterhaltung konnte nicht nach „%1“ geschrieben werden.</translation>
    </message>
    <message>
        <source>Choose another folder, or free some space. The conversation itself is safe.</source>
        <translation>Wählen Sie einen anderen Ordner, oder schaffen Sie Platz. Die Unterhaltung selbst ist sicher.</translation>
    </message>
    <message>
        <source>The file is too large for a conversation.</source>
        <translation>Die Datei ist für eine Unterhaltung zu groß.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Import a conversation</source>
        <translation>Eine Unterhaltung importieren</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>Suchergebnisse</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Nothing found for “%1”.</source>
        <translation>Nichts gefunden für „%1“.</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen&#xa0;…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner&#xa0;…</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>Als Markdown exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>Als JSON exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Rename conversation</source>
        <translation>Unterhaltung umbenennen</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
    <message>
        <source>“%1” deleted.</source>
        <translation>„%1“ gelöscht.</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceBar</name>
    <message>
        <source>Memory of the graphics device</source>
        <translation>Speicher der Grafikkarte</translation>
    </message>
    <message>
        <source>The model holds %1 of the %2 of %3</source>
        <translation>Das Modell belegt %1 der %2 von %3</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceRow</name>
    <message>
        <source>graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>graphics of the processor</source>
        <translation>Grafik des Prozessors</translation>
    </message>
    <message>
        <source>graphics device of a virtual machine</source>
        <translation>Grafikgerät einer virtuellen Maschine</translation>
    </message>
    <message>
        <source>software, for tests: slower than the processor itself</source>
        <translation>Software, zum Testen: langsamer als der Prozessor selbst</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>cannot be used: %1</source>
        <translation>kann nicht benutzt werden: %1</translation>
    </message>
    <message>
        <source>%1 of its own, %2 of it free</source>
        <translation>%1 eigener Speicher, davon %2 frei</translation>
    </message>
    <message>
        <source>works in the computer&apos;s memory</source>
        <translation>arbeitet im Speicher des Computers</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>driver</source>
        <translation>Treiber</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>%1, %2 of it free for this program</source>
        <translation>%1, davon %2 frei für dieses Programm</translation>
    </message>
    <message>
        <source>found</source>
        <translation>gefunden</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>all that is free</source>
        <translation>alles, was frei ist</translation>
    </message>
    <message>
        <source> GB</source>
        <translation>&#xa0;GB</translation>
    </message>
    <message>
        <source>The most memory to take of %1, in gigabytes</source>
        <translation>Höchstens so viel Speicher von %1 nehmen, in Gigabyte</translation>
    </message>
    <message>
        <source>What does not fit there, the processor computes in the computer&apos;s memory</source>
        <translation>Was dort keinen Platz hat, rechnet der Prozessor im Speicher des Computers</translation>
    </message>
    <message>
        <source>Take at most</source>
        <translation>Höchstens nehmen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>Einzelheiten zu %1</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>gezeigt</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>verborgen</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceSection</name>
    <message>
        <source>Another choice holds at once: the model is loaded again, and the chat goes on.</source>
        <translation>Eine andere Wahl gilt sofort: Das Modell wird neu geladen, und der Chat geht weiter.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>not there now: the processor computes instead</source>
        <translation>gerade nicht da: Stattdessen rechnet der Prozessor</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>Sucht nach Geräten …</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>now the processor: there is no graphics device that would be faster</source>
        <translation>zurzeit der Prozessor: Es gibt keine Grafikkarte, die schneller wäre</translation>
    </message>
    <message>
        <source>now %1</source>
        <translation>zurzeit %1</translation>
    </message>
    <message>
        <source>The processor computes.</source>
        <translation>Es rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>This build of Strata has no support for graphics devices: the processor computes.</source>
        <translation>Dieser Build von Strata unterstützt keine Grafikkarten: Es rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>No graphics device with Vulkan was found: the processor computes.</source>
        <translation>Keine Grafikkarte mit Vulkan gefunden: Es rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>The graphics driver does not answer: the processor computes. Restarting the computer may help.</source>
        <translation>Der Grafiktreiber antwortet nicht: Es rechnet der Prozessor. Ein Neustart des Computers kann helfen.</translation>
    </message>
</context>
<context>
    <name>strata::ui::DropOverlay</name>
    <message numerus="yes">
        <source>Add %n file(s)</source>
        <translation>
            <numerusform>%n Datei hinzufügen</numerusform>
            <numerusform>%n Dateien hinzufügen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::ui::DropZone</name>
    <message>
        <source>Drop a model here</source>
        <translation>Modell hierher ziehen</translation>
    </message>
    <message>
        <source>Drop a model here, or choose a file</source>
        <translation>Ein Modell hierher ziehen oder eine Datei wählen</translation>
    </message>
    <message>
        <source>a GGUF file, a Hugging Face folder or a .strata file</source>
        <translation>eine GGUF-Datei, ein Hugging-Face-Ordner oder eine .strata-Datei</translation>
    </message>
    <message>
        <source>or click to choose one</source>
        <translation>oder klicken, um eines zu wählen</translation>
    </message>
</context>
<context>
    <name>strata::ui::EmptyChat</name>
    <message>
        <source>What would you like to know?</source>
        <translation>Was möchten Sie wissen?</translation>
    </message>
    <message>
        <source>The slider decides how much memory the model may use. Move it at any time, also while it answers: more memory, better answers.</source>
        <translation>Der Regler bestimmt, wie viel Speicher das Modell benutzen darf. Er lässt sich jederzeit bewegen, auch während einer Antwort: mehr Speicher, bessere Antworten.</translation>
    </message>
    <message>
        <source>Explain how tides work, in simple words</source>
        <translation>Erkläre mit einfachen Worten, wie Ebbe und Flut entstehen</translation>
    </message>
    <message>
        <source>Write a Python function that counts words</source>
        <translation>Schreibe eine Python-Funktion, die Wörter zählt</translation>
    </message>
    <message>
        <source>Suggest a plan for a rainy weekend</source>
        <translation>Schlage einen Plan für ein verregnetes Wochenende vor</translation>
    </message>
    <message>
        <source>Make this text shorter and clearer: </source>
        <translation>Mache diesen Text kürzer und klarer: </translation>
    </message>
</context>
<context>
    <name>strata::ui::EngineController</name>
    <message>
        <source>No model is loaded; your message is kept.</source>
        <translation>Es ist kein Modell geladen; Ihre Nachricht bleibt erhalten.</translation>
    </message>
    <message>
        <source>Choose a model at the top of the window, then send it again.</source>
        <translation>Wählen Sie oben im Fenster ein Modell, und senden Sie sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>strata::ui::ErrorPlot</name>
    <message>
        <source>Error by layer</source>
        <translation>Fehler je Schicht</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s), the last with an error of %1 %</source>
        <translation>
            <numerusform>%n Schicht mit einem Fehler von %1&#xa0;%</numerusform>
            <numerusform>%n Schichten, die letzte mit einem Fehler von %1&#xa0;%</numerusform>
        </translation>
    </message>
    <message>
        <source>Error by layer: the first one is under way</source>
        <translation>Fehler je Schicht: Die erste ist in Arbeit</translation>
    </message>
    <message>
        <source>Error by layer, up to %1 %</source>
        <translation>Fehler je Schicht, bis %1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>strata::ui::FindBar</name>
    <message>
        <source>Find in this conversation</source>
        <translation>In dieser Unterhaltung suchen</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>strata::ui::JobsPanel</name>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Cancel: %1</source>
        <translation>Abbrechen: %1</translation>
    </message>
</context>
<context>
    <name>strata::ui::LibraryPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Drop a GGUF file, a Hugging Face folder or a .strata file anywhere on this window.</source>
        <translation>Ziehen Sie eine GGUF-Datei, einen Hugging-Face-Ordner oder eine .strata-Datei irgendwo auf dieses Fenster.</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>Dateien öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>strata::ui::MainWindow</name>
    <message>
        <source>Strata</source>
        <translation>Strata</translation>
    </message>
    <message>
        <source>Show the list of chats</source>
        <translation>Liste der Chats zeigen</translation>
    </message>
    <message>
        <source>Start a new chat</source>
        <translation>Neuen Chat beginnen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryBar</name>
    <message>
        <source>Memory in use</source>
        <translation>Benutzter Speicher</translation>
    </message>
    <message>
        <source>weights %1, context %2, scratch %3</source>
        <translation>Gewichte %1, Kontext %2, Arbeitsbereich %3</translation>
    </message>
    <message>
        <source>Weights: %1</source>
        <translation>Gewichte: %1</translation>
    </message>
    <message>
        <source>Context (what the model remembers of the chat): %1</source>
        <translation>Kontext (was das Modell vom Chat behält): %1</translation>
    </message>
    <message>
        <source>Scratch (room to compute in): %1</source>
        <translation>Arbeitsbereich (Platz zum Rechnen): %1</translation>
    </message>
    <message>
        <source>On its way from the disk</source>
        <translation>Kommt gerade vom Datenträger</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>Nicht geladen</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryGuard</name>
    <message>
        <source>Went to %1: other programs need memory.</source>
        <translation>Auf %1 gegangen: Andere Programme brauchen Speicher.</translation>
    </message>
    <message>
        <source>Went to %1: the limit set for this program leaves no more.</source>
        <translation>Auf %1 gegangen: Mehr lässt die Grenze für dieses Programm nicht zu.</translation>
    </message>
    <message>
        <source>Went to %1: programs were waiting for memory.</source>
        <translation>Auf %1 gegangen: Programme haben auf Speicher gewartet.</translation>
    </message>
    <message>
        <source>Went to %1: there is room again.</source>
        <translation>Auf %1 gegangen: Es ist wieder Platz.</translation>
    </message>
    <message>
        <source>May take %1 there: the device has room again.</source>
        <translation>Darf dort %1 belegen: Auf dem Gerät ist wieder Platz.</translation>
    </message>
    <message>
        <source>May take %1 there: other programs need the device&apos;s memory.</source>
        <translation>Darf dort %1 belegen: Andere Programme brauchen den Speicher des Geräts.</translation>
    </message>
    <message>
        <source>May take %1 there: the device has room for no more.</source>
        <translation>Darf dort %1 belegen: Mehr Platz hat das Gerät nicht.</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryPanel</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Hide the memory panel</source>
        <translation>Speicherleiste verbergen</translation>
    </message>
    <message>
        <source>Memory in megabytes</source>
        <translation>Speicher in Megabyte</translation>
    </message>
    <message>
        <source> MB</source>
        <translation>&#xa0;MB</translation>
    </message>
    <message>
        <source>From the answers of this session</source>
        <translation>Aus den Antworten dieser Sitzung</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>Fest</translation>
    </message>
    <message>
        <source>The model keeps what the slider says</source>
        <translation>Das Modell behält, was der Regler sagt</translation>
    </message>
    <message>
        <source>Leave free</source>
        <translation>Freilassen</translation>
    </message>
    <message>
        <source>The model gives memory back when other programs need it, and takes it again later</source>
        <translation>Das Modell gibt Speicher ab, wenn andere Programme ihn brauchen, und nimmt ihn später wieder</translation>
    </message>
    <message>
        <source>Memory to leave free, in gigabytes</source>
        <translation>Freizulassender Speicher in Gigabyte</translation>
    </message>
    <message>
        <source> GB</source>
        <translation>&#xa0;GB</translation>
    </message>
    <message>
        <source>%1 free on this computer</source>
        <translation>%1 frei auf diesem Computer</translation>
    </message>
    <message>
        <source>No model is loaded. Its memory is chosen here, also while it answers.</source>
        <translation>Es ist kein Modell geladen. Hier wird sein Speicher gewählt, auch während es antwortet.</translation>
    </message>
    <message>
        <source>MB of %1</source>
        <translation>MB von %1</translation>
    </message>
    <message>
        <source>%1 · loading</source>
        <translation>%1 · lädt</translation>
    </message>
    <message>
        <source>quality unknown</source>
        <translation>Qualität unbekannt</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>Speicher zurückholen</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>Speicher abgeben</translation>
    </message>
    <message>
        <source>weights %1</source>
        <translation>Gewichte %1</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>Kontext %1</translation>
    </message>
    <message>
        <source>scratch %1</source>
        <translation>Arbeitsbereich %1</translation>
    </message>
    <message>
        <source>Load the blocks again and go on</source>
        <translation>Die Blöcke wieder laden und weitermachen</translation>
    </message>
    <message>
        <source>Give almost all of it to other programs at once</source>
        <translation>Sofort fast allen Speicher anderen Programmen überlassen</translation>
    </message>
    <message>
        <source>The processor computes</source>
        <translation>Es rechnet der Prozessor</translation>
    </message>
    <message>
        <source>%1 computes</source>
        <translation>Es rechnet %1</translation>
    </message>
    <message>
        <source>%1 computes, with %2 of its %3</source>
        <translation>Es rechnet %1, mit %2 von seinen %3</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemorySlider</name>
    <message>
        <source>Memory for the model</source>
        <translation>Speicher für das Modell</translation>
    </message>
    <message>
        <source>Drag to give the model more or less memory; it goes on answering</source>
        <translation>Ziehen, um dem Modell mehr oder weniger Speicher zu geben; es antwortet weiter</translation>
    </message>
    <message>
        <source>%1 MB: %2
%3</source>
        <translation>%1&#xa0;MB: %2
%3</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryStrip</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Show the memory panel</source>
        <translation>Speicherleiste zeigen</translation>
    </message>
    <message>
        <source>%1 of %2 MB</source>
        <translation>%1 von %2&#xa0;MB</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>Speicher zurückholen</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>Speicher abgeben</translation>
    </message>
</context>
<context>
    <name>strata::ui::MessageBar</name>
    <message>
        <source>%1 MB</source>
        <translation>%1&#xa0;MB</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1&#xa0;GB</translation>
    </message>
    <message>
        <source>%1 tok/s</source>
        <translation>%1&#xa0;Tok/s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s), %1 each second</source>
        <translation>
            <numerusform>%n Token, %1 je Sekunde</numerusform>
            <numerusform>%n Token, %1 je Sekunde</numerusform>
        </translation>
    </message>
    <message>
        <source>First word after %1 s</source>
        <translation>Erstes Wort nach %1&#xa0;s</translation>
    </message>
    <message>
        <source>Held %1 of memory</source>
        <translation>Hielt %1 Speicher</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Write another answer</source>
        <translation>Eine andere Antwort schreiben</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>Diese Antwort fortsetzen</translation>
    </message>
    <message>
        <source>Edit as a new version</source>
        <translation>Als neue Fassung bearbeiten</translation>
    </message>
    <message>
        <source>Delete with all that follows</source>
        <translation>Mit allem Folgenden löschen</translation>
    </message>
    <message>
        <source>%1/%2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>Fassung %1 von %2</translation>
    </message>
</context>
<context>
    <name>strata::ui::ModelCard</name>
    <message>
        <source>not used yet</source>
        <translation>noch nicht benutzt</translation>
    </message>
    <message>
        <source>used today</source>
        <translation>heute benutzt</translation>
    </message>
    <message>
        <source>used yesterday</source>
        <translation>gestern benutzt</translation>
    </message>
    <message>
        <source>used on %1</source>
        <translation>benutzt am %1</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen&#xa0;…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove from the library</source>
        <translation>Aus der Sammlung entfernen</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>up to %1 of the full model</source>
        <translation>bis zu %1 des vollen Modells</translation>
    </message>
    <message>
        <source>%1: it %2</source>
        <translation>%1: Es %2</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Trotzdem laden</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chatten</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Eject: %1</source>
        <translation>Entladen: %1</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More: %1</source>
        <translation>Mehr: %1</translation>
    </message>
</context>
<context>
    <name>strata::ui::NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>strata::ui::QualityPlot</name>
    <message>
        <source>Quality over memory</source>
        <translation>Qualität nach Speicher</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100&#xa0;%</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1&#xa0;MB</translation>
    </message>
    <message>
        <source>0</source>
        <translation>0</translation>
    </message>
</context>
<context>
    <name>strata::ui::ResultPage</name>
    <message>
        <source>Ready to chat</source>
        <translation>Bereit zum Chatten</translation>
    </message>
    <message>
        <source>This is how often the compressed model picks the same next word as the full one, by memory, measured on text that was kept apart.</source>
        <translation>So oft wählt das komprimierte Modell dasselbe nächste Wort wie das volle, je nach Speicher, gemessen an Text, der dafür zurückgehalten wurde.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1, from %2</source>
        <translation>%1, aus %2</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>Beste Qualität</translation>
    </message>
    <message>
        <source>%1 of the full model</source>
        <translation>%1 des vollen Modells</translation>
    </message>
    <message>
        <source>Runs from</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
</context>
<context>
    <name>strata::ui::RunPage</name>
    <message>
        <source>Compressing</source>
        <translation>Wird komprimiert</translation>
    </message>
    <message>
        <source>You can close this and go on with other things; it keeps running.</source>
        <translation>Sie können dies schließen und mit anderem weitermachen; es läuft weiter.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel the compression</source>
        <translation>Komprimieren abbrechen</translation>
    </message>
    <message>
        <source>Compressing %1</source>
        <translation>%1 wird komprimiert</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 elapsed</source>
        <translation>%1 vergangen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Paused; what is done is kept</source>
        <translation>Angehalten; was getan ist, bleibt erhalten</translation>
    </message>
</context>
<context>
    <name>strata::ui::SamplingPanel</name>
    <message>
        <source>How answers are written</source>
        <translation>Wie Antworten geschrieben werden</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern als&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>For example: You answer briefly and in German.</source>
        <translation>Zum Beispiel: Du antwortest kurz und auf Deutsch.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemanweisung</translation>
    </message>
    <message>
        <source>Think before answering, where the model can</source>
        <translation>Vor der Antwort überlegen, wo das Modell es kann</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0 always takes the likeliest word; higher is more varied</source>
        <translation>0 nimmt immer das wahrscheinlichste Wort; mehr ist abwechslungsreicher</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together have this share; 1 = all</source>
        <translation>Nur die wahrscheinlichsten Wörter, die zusammen diesen Anteil haben; 1 = alle</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only this many of the likeliest words</source>
        <translation>Nur so viele der wahrscheinlichsten Wörter</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Only words at least this likely, compared with the likeliest; 0 = all</source>
        <translation>Nur Wörter, die im Vergleich zum wahrscheinlichsten mindestens so wahrscheinlich sind; 0 = alle</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsabzug</translation>
    </message>
    <message>
        <source>Above 1, words that were used become less likely</source>
        <translation>Über 1 werden schon benutzte Wörter unwahrscheinlicher</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>Vorkommensabzug</translation>
    </message>
    <message>
        <source>Taken from words that were used at all</source>
        <translation>Abzug für Wörter, die überhaupt vorkamen</translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation>Häufigkeitsabzug</translation>
    </message>
    <message>
        <source>Taken from words as often as they were used</source>
        <translation>Abzug für jedes Mal, das ein Wort vorkam</translation>
    </message>
    <message>
        <source>another one for every answer</source>
        <translation>für jede Antwort ein anderer</translation>
    </message>
    <message>
        <source>The same number, question and memory give the same answer</source>
        <translation>Gleiche Zahl, gleiche Frage und gleicher Speicher geben die gleiche Antwort</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word</source>
        <translation>In Token; ein Token ist etwa drei Viertel eines Wortes</translation>
    </message>
    <message>
        <source>until it ends by itself</source>
        <translation>bis sie von selbst endet</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Forget the oldest</source>
        <translation>Das Älteste vergessen</translation>
    </message>
    <message>
        <source>Forget the middle</source>
        <translation>Die Mitte vergessen</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>Wenn der Kontext voll ist</translation>
    </message>
    <message>
        <source>Holds from the next time a model is loaded</source>
        <translation>Gilt ab dem nächsten Laden eines Modells</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>Voreinstellung speichern</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
</context>
<context>
    <name>strata::ui::SearchResultsModel</name>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
</context>
<context>
    <name>strata::ui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>Farbs&amp;chema</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source> %</source>
        <translation>&#xa0;%</translation>
    </message>
    <message>
        <source>Text &amp;size</source>
        <translation>Schrift&amp;größe</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Send &amp;with</source>
        <translation>Senden &amp;mit</translation>
    </message>
    <message>
        <source>Takes effect when a model is loaded</source>
        <translation>Wirkt, wenn ein Modell geladen wird</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>Alle Kerne</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>Wie das Modell</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>T&amp;hreads</source>
        <translation>T&amp;hreads</translation>
    </message>
    <message>
        <source>&amp;Context length</source>
        <translation>&amp;Kontextlänge</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Change the models folder</source>
        <translation>Den Ordner für Modelle ändern</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Show the models folder</source>
        <translation>Den Ordner für Modelle anzeigen</translation>
    </message>
    <message>
        <source>The &amp;model keeps</source>
        <translation>Das Mo&amp;dell behält</translation>
    </message>
    <message>
        <source>what the slider says</source>
        <translation>was der Regler sagt</translation>
    </message>
    <message>
        <source> GB</source>
        <translation>&#xa0;GB</translation>
    </message>
    <message>
        <source>Leave &amp;free</source>
        <translation>F&amp;reilassen</translation>
    </message>
    <message>
        <source>When memory is &amp;yielded</source>
        <translation>Beim &amp;Abgeben von Speicher</translation>
    </message>
    <message>
        <source>go on, in poor quality</source>
        <translation>weiter, aber schlechter</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>Version, system, model and memory, for a report; nothing of your chats</source>
        <translation>Version, System, Modell und Speicher für einen Bericht; nichts aus Ihren Chats</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Choose the folder for models</source>
        <translation>Ordner für Modelle wählen</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Eingabe</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line, and Ctrl+Enter always sends.</source>
        <translation>Umschalt+Eingabe beginnt immer eine neue Zeile, Strg+Eingabe sendet immer.</translation>
    </message>
    <message>
        <source>what other programs leave</source>
        <translation>was andere übrig lassen</translation>
    </message>
    <message>
        <source>hold the answer</source>
        <translation>die Antwort anhalten</translation>
    </message>
    <message>
        <source>Load the last model at the start</source>
        <translation>Beim Start das letzte Modell laden</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
</context>
<context>
    <name>strata::ui::ShortcutList</name>
    <message>
        <source>Back to the usual keys</source>
        <translation>Zurück zu den üblichen Tasten</translation>
    </message>
    <message>
        <source>Usual keys: %1</source>
        <translation>Übliche Tasten: %1</translation>
    </message>
    <message>
        <source>%1 is needed for writing. Add Ctrl or Alt, or take a function key.</source>
        <translation>%1 wird zum Schreiben gebraucht. Nehmen Sie Strg oder Alt dazu, oder eine Funktionstaste.</translation>
    </message>
    <message>
        <source>%1 is in use for “%2”. Take other keys, or change those first.</source>
        <translation>%1 gehört schon zu „%2“. Nehmen Sie andere Tasten, oder ändern Sie erst jene.</translation>
    </message>
</context>
<context>
    <name>strata::ui::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>strata::ui::Sidebar</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Hide the list of chats</source>
        <translation>Liste der Chats verbergen</translation>
    </message>
</context>
<context>
    <name>strata::ui::SleepInhibitor</name>
    <message>
        <source>A model is being compressed</source>
        <translation>Ein Modell wird komprimiert</translation>
    </message>
</context>
<context>
    <name>strata::ui::SourceInspector</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
</context>
<context>
    <name>strata::ui::SourcePage</name>
    <message>
        <source>GGUF</source>
        <translation>GGUF</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging-Face-Ordner</translation>
    </message>
    <message>
        <source>BitStack checkpoint</source>
        <translation>BitStack-Checkpoint</translation>
    </message>
    <message>
        <source>Stack, compressed already</source>
        <translation>Schon komprimiertes Modell</translation>
    </message>
    <message>
        <source>Compress a model</source>
        <translation>Ein Modell komprimieren</translation>
    </message>
    <message>
        <source>Once compressed, the model runs in as much memory as you choose, and you can change that while it answers.</source>
        <translation>Einmal komprimiert, läuft das Modell in so viel Speicher, wie Sie wählen, und Sie können das ändern, während es antwortet.</translation>
    </message>
    <message>
        <source>Choose another model…</source>
        <translation>Anderes Modell wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>Datei öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Models (*.gguf *.strata);;All files (*)</source>
        <translation>Modelle (*.gguf *.strata);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>looking at it…</source>
        <translation>wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>Tokenizer</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chatvorlage</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no: it continues texts and does not chat</source>
        <translation>nein: Es setzt Texte fort und chattet nicht</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
</context>
<context>
    <name>strata::ui::SystemBar</name>
    <message>
        <source>Memory of this computer</source>
        <translation>Speicher dieses Computers</translation>
    </message>
    <message>
        <source>This program %1, other programs %2, free %3 of %4</source>
        <translation>Dieses Programm %1, andere Programme %2, frei %3 von %4</translation>
    </message>
</context>
</TS>
