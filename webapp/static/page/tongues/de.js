// German: each text of the page or the scripts, and its translation.

export const texts = {
  // states
  idle: 'ruht', starting: 'beginnt', live: 'live', lost: 'verloren', refused: 'abgewiesen', stopping: 'endet', private: 'privat', gone: 'weg', 'no answer': 'keine Antwort',

  // the pages
  System: 'System', Cameras: 'Kameras', Camera: 'Kamera', Recordings: 'Aufnahmen', Compare: 'Vergleich', 'All cameras': 'Alle Kameras', Pages: 'Seiten', Wall: 'Wand',
  Numbers: 'Zahlen', Metrics: 'Messwerte', Health: 'Befinden', Addresses: 'Adressen', Controls: 'Regler', 'Watch it elsewhere': 'Anderswo ansehen', Copy: 'Kopieren', Copied: 'Kopiert',
  'Press Ctrl+C': 'Strg+C drücken',
  'Moving picture in a web page': 'Bewegtes Bild in einer Webseite', 'One picture into a file': 'Ein Bild in eine Datei', 'Video in a web page': 'Video in einer Webseite',
  'Ten seconds into a file': 'Zehn Sekunden in eine Datei', 'Raw H.264, with little delay': 'Rohes H.264, mit wenig Verzögerung', 'In VLC': 'In VLC',
  'Live picture: {camera}': 'Livebild: {camera}', 'Live video: {camera}': 'Livevideo: {camera}', 'Addresses of {camera}': 'Adressen von {camera}',

  // facts
  Facts: 'Angaben', Size: 'Größe', Rate: 'Bildrate', Delay: 'Verzögerung', Data: 'Daten', 'Left out': 'Ausgelassen', 'Shown by': 'Gezeigt mit', Viewers: 'Zuschauer', Source: 'Quelle',
  "From the capture to the picture, by the server's clock": 'Von der Aufnahme bis zum Bild, nach der Uhr des Servers',
  'Pictures that came and were not painted': 'Bilder, die kamen und nicht gezeigt wurden',
  'Painted here; the camera gives {rate}': 'Hier gezeigt; die Kamera gibt {rate}', 'Painted here': 'Hier gezeigt',

  // the menu of qualities
  Automatic: 'Automatisch', 'what suits camera and browser': 'was zu Kamera und Browser passt', 'Least delay': 'Wenig Verzögerung', 'each picture at once': 'jedes Bild sofort',
  Smooth: 'Flüssig', 'a second behind, never halting': 'eine Sekunde später, ohne Stocken', 'Saves data': 'Spart Daten', 'for a slow or costly line': 'für langsame oder teure Leitungen',
  'Pictures only': 'Nur Bilder', 'JPEG, for every browser': 'JPEG, für jeden Browser', 'By one technique': 'Mit einer Technik', Snapshots: 'Einzelbilder', 'MP4 video': 'MP4-Video', Off: 'Aus',
  'Quality of {camera}': 'Qualität von {camera}', 'Show {camera}': 'Zeige {camera}', 'More of {camera}': 'Mehr von {camera}', 'Sound of {camera}': 'Ton von {camera}',
  'single pictures': 'Einzelbildern',

  // controls over the picture
  Play: 'Weiter', Pause: 'Anhalten', Paused: 'Angehalten', Live: 'Live', Earlier: 'Früher', '10 seconds back': '10 Sekunden zurück', 'One frame back': 'Ein Bild zurück', 'One frame on': 'Ein Bild vor',
  'Go to the live picture': 'Zum Livebild', Sound: 'Ton', Volume: 'Lautstärke', 'Sound on': 'Ton an', 'Sound off': 'Ton aus', 'You may see this camera, but not hear it.': 'Diese Kamera ist hier nur zu sehen, nicht zu hören.', 'Save this picture': 'Dieses Bild speichern', Record: 'Aufnehmen',
  'Picture in picture': 'Bild im Bild', 'Full screen': 'Vollbild', Keys: 'Tasten', Close: 'Schließen', 'Moment, in seconds before now': 'Zeitpunkt, in Sekunden vor jetzt',
  '{seconds} seconds before now': '{seconds} Sekunden vor jetzt', 'Saved as {name}': 'Gespeichert als {name}', 'There is no picture to save yet.': 'Es gibt noch kein Bild zu speichern.',
  'Recording.': 'Es wird aufgenommen.', 'Recording stopped.': 'Aufnahme beendet.', 'Recording; press to stop': 'Es wird aufgenommen; drücken zum Beenden',
  'Shown as a video now: press once more.': 'Wird jetzt als Video gezeigt: noch einmal drücken.',
  'This is the oldest that is kept: {seconds} s.': 'Älteres als {seconds} s wird nicht behalten.',
  'pause and go on': 'anhalten und weiter', '10 seconds back; one frame back while paused': '10 Sekunden zurück; angehalten ein Bild zurück',
  '10 seconds on; one frame on while paused': '10 Sekunden vor; angehalten ein Bild vor', 'louder, quieter': 'lauter, leiser', 'full screen': 'Vollbild', 'sound on and off': 'Ton an und aus',
  'save this picture': 'dieses Bild speichern', facts: 'Angaben', 'to the live picture': 'zum Livebild', 'nearer, farther, whole picture': 'näher, ferner, ganzes Bild', 'these keys': 'diese Tasten',

  // the configuration
  Configuration: 'Konfiguration', 'Every value, and who says it': 'Jeder Wert und wer ihn sagt', 'The file:': 'Die Datei:', 'Table of values': 'Tabelle der Werte', Key: 'Schlüssel', Value: 'Wert',
  'Said by': 'Gesagt von', line: 'Zeile', environment: 'Umgebung', 'command line': 'Befehlszeile', default: 'Vorgabe',
  'There is no file: the command line, the environment and the defaults say all.': 'Es gibt keine Datei: Befehlszeile, Umgebung und Vorgaben sagen alles.',
  'The file was written after Perch began: what it says now counts after a restart.': 'Die Datei wurde geschrieben, nachdem Perch begann: Was jetzt darin steht, gilt nach einem Neustart.',

  // recordings
  recordings: 'Aufnahmen', 'What was recorded, by HLS over the files.': 'Was aufgenommen wurde, mit HLS über die Dateien.', 'Time line': 'Zeitleiste', '15 min': '15 min', '2 h': '2 h', '24 h': '24 h',
  'How much of the time line is seen': 'Wie viel der Zeitleiste zu sehen ist', Player: 'Wiedergabe', Speed: 'Tempo', 'Save this minute': 'Diese Minute speichern',
  'Copy a link to this moment': 'Link zu diesem Zeitpunkt kopieren', 'The link is copied.': 'Der Link ist kopiert.', 'Moment of the day': 'Zeitpunkt des Tages', Days: 'Tage', Day: 'Tag', Files: 'Dateien',
  'Table of recordings': 'Tabelle der Aufnahmen', From: 'Von', Length: 'Länge', 'Gap before': 'Lücke davor', 'What to do': 'Was zu tun ist', 'Play back': 'Abspielen', Save: 'Speichern',
  Keep: 'Behalten', 'Let go': 'Freigeben', Delete: 'Löschen', 'being written': 'wird geschrieben', 'Delete the recording of {time}?': 'Die Aufnahme von {time} löschen?',
  'Stop recording': 'Aufnahme beenden', 'Nothing was recorded yet.': 'Noch wurde nichts aufgenommen.',
  'This browser begins nothing by itself: press play.': 'Dieser Browser beginnt nichts von selbst: auf Wiedergabe drücken.',
  'This recording cannot be played here; it can be saved.': 'Diese Aufnahme lässt sich hier nicht abspielen, aber speichern.',
  'The list is': 'Die Liste ist', '; each file in it is beside it.': '; jede Datei darin liegt daneben.',

  // the wall
  'Tour: one camera after the other, 10 seconds each': 'Rundgang: eine Kamera nach der anderen, je 10 Sekunden', 'One large, the others small': 'Eine groß, die anderen klein',
  Large: 'Groß', 'Move forward': 'Nach vorn', 'Move back': 'Nach hinten',

  // what is wrong
  'Perch does not answer; trying again.': 'Perch antwortet nicht; neuer Versuch folgt.', 'Try now': 'Jetzt versuchen',
  'It is switched off, or this device is in another network.': 'Es ist ausgeschaltet, oder dieses Gerät ist in einem anderen Netz.',
  'Trying again in {seconds} s': 'Nächster Versuch in {seconds} s',
  'Perch does not answer.': 'Perch antwortet nicht.', 'Perch answers again.': 'Perch antwortet wieder.',
  'Your login has ended.': 'Die Anmeldung ist abgelaufen.', 'Log in': 'Anmelden', 'Log out': 'Abmelden',
  'No picture; trying again.': 'Kein Bild; neuer Versuch folgt.', 'Switched off.': 'Ausgeschaltet.', 'This camera gives video only:': 'Diese Kamera gibt nur Video:', 'play it': 'abspielen', 'This camera is gone.': 'Diese Kamera ist nicht mehr da.',
  'A browser has no more connections for moving pictures; choose a way to show this one.': 'Der Browser hat keine Verbindung mehr für bewegte Bilder; eine Darstellung wählen zeigt dieses.',
  'This page came by https and may not load pictures by http.': 'Diese Seite kam über https und darf keine Bilder über http laden.',
  'The picture stood still; beginning it again.': 'Das Bild stand still; es beginnt neu.', 'The connection was lost; trying again.': 'Die Verbindung ging verloren; neuer Versuch folgt.',
  '{profile}, which this browser does not play.': '{profile} spielt dieser Browser nicht.',
  '{profile}, which this browser does not play; {name} is shown.': '{profile} spielt dieser Browser nicht; gezeigt wird {name}.',
  'The stream has ended.': 'Der Strom ist zu Ende.',

  // why a technique runs
  '{name}, as others failed: {failed}': '{name}, denn anderes misslang: {failed}', '{name}, as you chose.': '{name}, wie gewählt.',
  'WebCodecs: the least delay that a browser has.': 'WebCodecs: die geringste Verzögerung, die ein Browser bietet.',
  'MSE: the least delay without https; over https WebCodecs has somewhat less.': 'MSE: die geringste Verzögerung ohne https; über https hat WebCodecs etwas weniger.',
  'MSE: the least delay that this browser has.': 'MSE: die geringste Verzögerung, die dieser Browser bietet.',
  '{name}: the camera gives JPEG itself, nothing is encoded for it.': '{name}: Die Kamera gibt selbst JPEG, es muss nichts kodiert werden.',
  '{name}: the first of its techniques that this browser plays.': '{name}: die erste Technik, die dieser Browser abspielt.',

  // changes
  Switches: 'Schalter', Recording: 'Aufnahme', Privacy: 'Privatheit', 'Passed on: {name}': 'Weitergegeben: {name}', 'by the configuration': 'durch die Konfiguration',
  'shown to those who may watch': 'zu sehen für alle, die dürfen', stopped: 'angehalten', off: 'aus', recording: 'nimmt auf', waiting: 'wartet', failed: 'misslungen',
  connecting: 'verbindet', sending: 'sendet', retrying: 'versucht es wieder',
  'Share a link': 'Link teilen', 'Who has this link sees the camera until {time}.': 'Wer diesen Link hat, sieht die Kamera bis {time}.',
  "Operator's key": 'Schlüssel des Betreibers', 'Leave it': 'Abbrechen', 'Go on': 'Weiter', 'Perch does not answer; nothing was changed.': 'Perch antwortet nicht; nichts wurde geändert.',
  slider: 'Schieber', 'read only': 'nur zu lesen', 'in use by the stream': 'vom Strom belegt', 'without effect now': 'jetzt ohne Wirkung',
  Reset: 'Zurücksetzen', 'Lines for perch.yml': 'Zeilen für perch.yml', Press: 'Auslösen',

  // the comparison
  'Start all': 'Alle beginnen', 'Stop all': 'Alle anhalten', 'Measure one after the other': 'Eine nach der anderen messen', 'Copy as a table': 'Als Tabelle kopieren',
  'Each alone for 8 seconds, so that the server\'s work is that of one': 'Jede 8 Sekunden allein, damit die Arbeit des Servers die für sie ist',
  'One camera, each way that this browser can show it, side by side.': 'Eine Kamera, mit jeder Technik dieses Browsers, nebeneinander.',
  'The server: {share} of one processor, {memory} MB of media memory, {viewers} viewers.': 'Der Server: {share} eines Prozessors, {memory} MB Medienspeicher, {viewers} Zuschauer.',
  Start: 'Beginn', Stop: 'Anhalten', 'Stopped.': 'Angehalten.', 'Server CPU': 'CPU am Server', Memory: 'Speicher', 'Measuring {name} …': '{name} wird gemessen …',
  'For dashboards and slow lines: a new picture each second, from any program that can fetch a file.': 'Für Übersichten und langsame Leitungen: jede Sekunde ein neues Bild, für jedes Programm, das eine Datei holen kann.',
  'For everything: any browser, printer display or script shows it. It takes many times the data of H.264.': 'Für alles: Jeder Browser, jede Druckeranzeige, jedes Skript zeigt es. Es braucht ein Vielfaches der Daten von H.264.',
  'For steering and talking: the script decodes each frame as it comes. Over https, or on the machine itself.': 'Zum Steuern und Sprechen: Das Skript dekodiert jedes Bild, sobald es kommt. Über https oder auf der Maschine selbst.',
  'For nearly the same without https: the browser decodes, the script keeps it near the newest.': 'Für fast dasselbe ohne https: Der Browser dekodiert, das Skript hält ihn nah am neuesten Bild.',
  'For a single line of HTML: a bare <video>, whose delay the browser chooses.': 'Für eine einzige Zeile HTML: ein bloßes <video>, dessen Verzögerung der Browser wählt.',
  'For Apple devices, televisions and many viewers by a cache: segments over plain HTTP, and back in time.': 'Für Apple-Geräte, Fernseher und viele Zuschauer hinter einem Cache: Segmente über bloßes HTTP, auch zurück in der Zeit.',
  'For players of other makers and many viewers by a cache: as HLS, described in XML.': 'Für Player anderer und viele Zuschauer hinter einem Cache: wie HLS, in XML beschrieben.',
  'CPU is the share of one processor above idle, memory what this viewer leases of the budget; the browser works on the same machine if it is the same machine.': 'CPU ist der Anteil eines Prozessors über dem Ruhezustand, Speicher das, was dieser Zuschauer belegt; läuft der Browser auf derselben Maschine, arbeitet er dort mit.',
  'Copied as a table.': 'Als Tabelle kopiert.', 'This browser copies nothing.': 'Dieser Browser kopiert nichts.',
  'WebCodecs is for https and for the machine itself: this page came by http.': 'WebCodecs gibt es über https und auf der Maschine selbst: Diese Seite kam über http.',

  // the system
  'Table of cameras': 'Tabelle der Kameras', 'The machine:': 'Die Maschine:',
  'Memory is short: nobody new is let in. In force: {steps}': 'Der Speicher ist knapp: Niemand Neues wird eingelassen. In Kraft: {steps}',
  'the HLS window shortened': 'das HLS-Fenster verkürzt', 'rings shortened to one GOP': 'Ringe auf eine GOP verkürzt', 'derived formats stopped': 'abgeleitete Formate beendet',
  'the newest viewers closed': 'die neuesten Zuschauer getrennt',
  'Media memory': 'Medienspeicher', 'Who holds what': 'Wer was hält', Server: 'Server', Version: 'Version', 'Running for': 'Läuft seit', Sent: 'Gesendet', 'Turned away': 'Abgewiesen',
  "Java's heap": 'Javas Halde', 'What has happened': 'Was geschehen ist', 'Nothing has happened yet.': 'Noch ist nichts geschehen.', State: 'Zustand',
  '{used} of {most} MB': '{used} von {most} MB', '{now} of at most {most}': '{now} von höchstens {most}',
  '{title}: the camera is lost.': '{title}: Die Kamera ist weg.', '{title}: the camera is back.': '{title}: Die Kamera ist wieder da.',
  '{title}: the recording has stopped.': '{title}: Die Aufnahme steht.', '{title}: it is recorded again.': '{title}: Es wird wieder aufgenommen.',
  '{title}: the push {push} has failed.': '{title}: Die Weitergabe {push} geht nicht.', '{title}: the push {push} works again.': '{title}: Die Weitergabe {push} geht wieder.',
};
