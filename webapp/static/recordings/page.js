// The page of one camera's recordings: days, time line, player, files.

import { TimeLine, recordingAt } from "./line.js";

const DAY = 86400000;
const FRAME = 1 / 30;
/** @returns {any} */
const find = (name) => document.querySelector(`[data-${name}]`);
const says = find("says");
const video = find("video");
const files = find("files");
const key = find("key");

let recordings = [];
let shown = null; // the recording that plays
let following = false; // the moment is that of the newest picture
let moment = 0;
let dayStart = midnight(Date.now());

function midnight(millis) {
  const day = new Date(millis);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

function say(text) {
  says.textContent = text;
  says.hidden = !text;
}

function duration(millis) {
  const seconds = Math.round(millis / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function size(bytes) {
  return bytes > 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const line = new TimeLine(find("line"), (millis) => show(millis));

/** Plays the recording of a moment from there on; of a gap, from its end on. */
function show(millis) {
  const recording = recordingAt(recordings, millis);
  if (!recording) return;
  following = false;
  const at = Math.max(0, millis - recording.startMillis) / 1000;
  if (!shown || shown.file !== recording.file) {
    shown = recording;
    const source = recording.finished ? recording.file : `../clip.mp4?from=${iso(Math.max(recording.startMillis, millis - 60000))}`;
    video.dataset.start = String(recording.finished ? recording.startMillis : Math.max(recording.startMillis, millis - 60000));
    video.src = source;
    video.addEventListener("loadedmetadata", () => seek(millis), { once: true });
    video.play().catch(() => say("Press play: this browser begins nothing by itself."));
  } else if (!shown.finished && millis < Number(video.dataset.start)) {
    shown = null;
    show(millis);
    return;
  } else {
    seek(millis);
  }
  tell(recording.startMillis + at * 1000);
}

function seek(millis) {
  video.currentTime = Math.max(0, (millis - Number(video.dataset.start)) / 1000);
}

const iso = (millis) => new Date(millis).toISOString();

function tell(millis) {
  moment = millis;
  find("at").textContent = new Date(millis).toLocaleString();
  line.at(millis);
  find("clip").href = `../clip.mp4?from=${iso(millis - 30000)}&to=${iso(millis + 30000)}`;
}

video.addEventListener("timeupdate", () => {
  if (shown) tell(Number(video.dataset.start) + video.currentTime * 1000);
});
video.addEventListener("ended", () => {
  if (!shown) return;
  const next = recordings[recordings.findIndex((each) => each.file === shown.file) + 1];
  if (next) show(next.startMillis);
});
video.addEventListener("error", () => say("This recording cannot be played here; it can be saved."));

document.querySelectorAll("[data-step]").forEach((button) =>
  button.addEventListener("click", () => {
    video.pause();
    video.currentTime += Number(button.dataset.step) * FRAME;
  }),
);
find("back").addEventListener("click", () => show((following ? Date.now() : moment) - Number(find("back").dataset.back) * 1000));
find("speed").addEventListener("change", () => {
  video.playbackRate = Number(find("speed").value);
});
find("live").addEventListener("click", () => {
  shown = null;
  following = true;
  video.src = "../stream.mp4";
  video.play().catch(() => {});
  find("at").textContent = "live";
});
find("share").addEventListener("click", async () => {
  const address = new URL(`#${iso(moment)}`, location.href).href;
  await navigator.clipboard?.writeText(address).catch(() => {});
  say(address);
});

/** Asks for a change; without the right, says what is missing. */
async function change(method, address, body) {
  const headers = { "Content-Type": "application/json" };
  if (key.value) headers["X-Perch-Key"] = key.value;
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
    say(problem.detail);
  } else {
    say("");
  }
  await load();
}

function days() {
  const all = [...new Set(recordings.map((each) => midnight(each.startMillis)))];
  find("days").replaceChildren(
    ...all.map((day) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = new Date(day).toLocaleDateString();
      button.setAttribute("aria-pressed", String(day === dayStart));
      button.addEventListener("click", () => {
        dayStart = day;
        render();
        show(Math.max(day, recordingAt(recordings, day)?.startMillis ?? day));
      });
      return button;
    }),
  );
}

function row(recording) {
  const tr = document.createElement("tr");
  const cells = [
    new Date(recording.startMillis).toLocaleString(),
    duration(recording.durationMillis),
    size(recording.sizeBytes),
    recording.gapMillis > 1000 ? duration(recording.gapMillis) : "",
  ];
  for (const text of cells) tr.insertCell().textContent = text;
  const ways = tr.insertCell();
  const button = (label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", action);
    ways.append(made, " ");
  };
  button("Play", () => show(recording.startMillis));
  const save = document.createElement("a");
  save.href = recording.file;
  save.download = recording.file;
  save.textContent = "Save";
  ways.append(save, " ");
  if (recording.finished) {
    button(recording.kept ? "Let go" : "Keep", () => change("PUT", recording.file, { kept: !recording.kept }));
    if (!recording.kept) {
      button("Delete", () => {
        if (confirm(`Delete the recording of ${cells[0]}?`)) change("DELETE", recording.file);
      });
    }
  } else {
    ways.append("being written");
  }
  return tr;
}

function render() {
  days();
  const today = recordings.filter(
    (each) => each.startMillis < dayStart + DAY && each.startMillis + Math.max(1, each.durationMillis) > dayStart,
  );
  line.show(today, dayStart);
  files.replaceChildren(...today.map(row));
}

async function load() {
  try {
    const answer = await fetch("list.json", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const list = await answer.json();
    recordings = list.recordings;
    find("title").textContent = list.title;
    document.title = `${list.title} · Recordings · Perch`;
    find("record").textContent = list.recording ? "Stop recording" : "Record";
    find("record").onclick = () => change("PUT", "../recording", { recording: !list.recording });
    say(list.reason || (recordings.length ? "" : "Nothing was recorded yet."));
    render();
    return true;
  } catch (failed) {
    say(`Perch does not answer (${failed.message}); trying again in 5 s.`);
    return false;
  }
}

await load();
if (recordings.length) {
  const wanted = Date.parse(decodeURIComponent(location.hash.slice(1)));
  const last = recordings[recordings.length - 1];
  const begin = Number.isFinite(wanted) ? wanted : Math.max(last.startMillis, last.startMillis + last.durationMillis - 10000);
  dayStart = midnight(begin);
  render();
  show(begin);
}
setInterval(load, 5000);
