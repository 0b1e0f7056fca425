package dev.perch.testing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far the demo's beeps are from its flashes in a browser: by Web Audio when each beep leaves the loudspeaker, and by the compositor when the picture of each flash
 * comes onto the screen, on one clock. A script that runs late is late for neither. What sound takes from the context to the loudspeaker is left out: a video whose
 * sound goes through a context does not wait for it, one that plays by itself does.
 */
public final class LipSync {
    private static final int ENOUGH = 5;

    /**
     * Script that defines {@code measureSync(name, selector)}: from now on notes the beeps and flashes of the video there, in milliseconds of
     * {@code performance.now()}. A beep is found in the last two thirds of a second of sound, which are looked at four times a second.
     */
    public static final String MEASURE = Painted.READ + """
            window.synced ??= {};
            window.measureSync ??= (name, selector) => {
              const context = window.hearing ??= new AudioContext();
              context.resume();
              const video = document.querySelector(selector);
              const analyser = context.createAnalyser();
              analyser.fftSize = 32768;
              const silent = context.createGain();
              silent.gain.value = 0;
              context.createMediaElementSource(video).connect(analyser).connect(silent).connect(context.destination);
              const { beeps, flashes } = synced[name] = { beeps: [], flashes: [] };
              const samples = new Float32Array(analyser.fftSize);
              const rate = context.sampleRate, span = Math.round(rate / 110), step = Math.round(rate / 500);
              const tone = from => {
                let cosine = 0, sine = 0;
                for (let i = 0; i < span; i++) {
                  const angle = 2 * Math.PI * 880 * i / rate;
                  cosine += samples[from + i] * Math.cos(angle);
                  sine += samples[from + i] * Math.sin(angle);
                }
                return 2 * Math.hypot(cosine, sine) / span;
              };
              const listen = () => {
                analyser.getFloatTimeDomainData(samples);
                const heard = context.currentTime, { contextTime, performanceTime } = context.getOutputTimestamp();
                let quiet = 0;
                for (let at = 0; at + span <= samples.length; at += step) {
                  if (tone(at) < 0.07) {
                    quiet++;
                    continue;
                  }
                  if (quiet > 100) { // 0.2 s
                    const begun = heard - (samples.length - at - span / 2) / rate - context.outputLatency;
                    const time = performanceTime + 1000 * (begun - contextTime);
                    const last = beeps.at(-1);
                    if (last && Math.abs(time - last[0]) < 300) last.push(time); // the same one, seen again
                    else beeps.push([time]);
                  }
                  quiet = 0;
                }
              };
              const look = (now, { expectedDisplayTime }) => {
                video.requestVideoFrameCallback(look);
                if (readNumber(selector) % 30 === 0) flashes.push(expectedDisplayTime);
              };
              video.requestVideoFrameCallback(look);
              setInterval(listen, 250);
            };
            """;

    /** Script that returns how much later the beep is in each of the latest pairs, sorted, in milliseconds. */
    private static final String APART = """
            const { beeps, flashes } = synced[arguments[0]];
            const middle = list => [...list].sort((a, b) => a - b)[list.length >> 1];
            return beeps.map(middle)
              .map(beep => flashes.map(flash => beep - flash).sort((a, b) => Math.abs(a) - Math.abs(b))[0])
              .filter(apart => Math.abs(apart) < 400).slice(-9).map(Math.round).sort((a, b) => a - b).join(' ');
            """;

    private LipSync() {}

    /**
     * Waits until the median of the latest pairs is near enough: the first ones are those of a player that has just begun.
     *
     * @return the pairs, in milliseconds that the beep is later
     */
    public static String await(Browser browser, String name, int mostMillis, String state) {
        Await.until(
                90,
                () -> near(String.valueOf(browser.run(APART, name)), mostMillis),
                () -> String.format(
                        Locale.ROOT,
                        "%s: beeps are later by ms: %s; %s",
                        name,
                        browser.run(APART, name),
                        browser.run(state)));
        return String.valueOf(browser.run(APART, name));
    }

    private static boolean near(@Nullable String told, int mostMillis) {
        String[] apart = String.valueOf(told).split(" ", -1);
        return apart.length >= ENOUGH && Math.abs(Integer.parseInt(apart[apart.length / 2])) <= mostMillis;
    }
}
