package dev.perch.source;

import dev.perch.config.Redaction;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.process.ProgramException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The work of a session that runs programs, on the session's own thread. */
interface SessionBody {
    /** Does the work until the session ends. Returns why it ended by itself. */
    Optional<CaptureException> run() throws ProgramException, BudgetExceededException, InterruptedException;

    /**
     * Runs the body. Returns why it ended by itself, a refusal or a defect of Perch included.
     *
     * @param work the beginning of a sentence on a defect: {@code Reading rtsp://camera/}
     * @param arenas whose budget is told of a defect
     */
    static Optional<CaptureException> run(
            String work, String description, Redaction redaction, ArenaPool arenas, SessionBody body) {
        try {
            return body.run();
        } catch (ProgramException refused) {
            return Optional.of(new CaptureException(Kind.FAULT, String.valueOf(refused.getMessage()), refused));
        } catch (BudgetExceededException full) {
            return Optional.of(new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt(); // the program is ending: counts as a stop
            return Optional.empty();
        } catch (RuntimeException | Error bug) {
            arenas.budget().faults().tell("the session of " + description, bug);
            Logger log = System.getLogger(SessionBody.class.getName());
            log.log(Level.ERROR, work + " failed; this is a bug in Perch. " + redaction.trace(bug));
            return Optional.of(new CaptureException(
                    Kind.FAULT, work + " ended by a defect of Perch: " + redaction.redact(bug.toString())));
        }
    }
}
