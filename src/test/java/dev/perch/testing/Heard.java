package dev.perch.testing;

/** The demo's beeps in a browser by Web Audio, each with the number of the picture that is shown when it begins: a beep goes with each thirtieth. */
public final class Heard {
    private static final int ENOUGH = 5;

    /** Script that defines {@code hear(name, selector)}: notes the beeps of the video there from now on, which is looked at every 10 ms. */
    public static final String LISTEN = Painted.READ + """
            window.beeps ??= {};
            window.hear ??= (name, selector) => {
              const context = window.hearing ??= new AudioContext();
              context.resume();
              const analyser = context.createAnalyser();
              Object.assign(analyser, { fftSize: 512, smoothingTimeConstant: 0 });
              context.createMediaElementSource(document.querySelector(selector)).connect(analyser);
              const silent = context.createGain();
              silent.gain.value = 0;
              analyser.connect(silent).connect(context.destination); // what leads nowhere is not run
              const samples = new Float32Array(analyser.fftSize);
              beeps[name] = [];
              let before = 0, last = 0;
              setInterval(() => {
                analyser.getFloatTimeDomainData(samples);
                let cosine = 0, sine = 0;
                samples.forEach((sample, i) => {
                  const angle = 2 * Math.PI * 880 * i / context.sampleRate;
                  cosine += sample * Math.cos(angle);
                  sine += sample * Math.sin(angle);
                });
                const tone = 2 * Math.hypot(cosine, sine) / samples.length;
                if (tone > 0.05 && before <= 0.05 && Date.now() - last > 300) {
                  const number = readNumber(selector);
                  if (number >= 0) beeps[name].push((number + 15) % 30 - 15);
                  last = Date.now();
                }
                before = tone;
              }, 10);
            };
            """;

    private static final String APART = """
            const latest = beeps[arguments[0]].slice(-9).sort((a, b) => a - b);
            return latest.length < arguments[1] ? 30 : Math.abs(latest[latest.length >> 1]);
            """;

    private Heard() {}

    /**
     * Fails unless beeps come with their flashes soon: the median of the latest, as a machine that is busy shows some picture late.
     *
     * @param pictures that a flash may be away, of 33 ms: one, unless several players share the machine
     */
    public static void awaitTogether(Browser browser, String name, int pictures, String state) {
        Await.until(
                60,
                () -> browser.run(APART, name, ENOUGH) instanceof Number apart && apart.intValue() <= pictures,
                () -> name + ": pictures that beeps are late by: " + browser.run("return JSON.stringify(beeps)") + " "
                        + browser.run(state));
    }
}
