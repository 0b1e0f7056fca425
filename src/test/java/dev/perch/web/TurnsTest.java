package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perch.memory.MemoryBudget;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that wait for their turn without a thread, and who gets the turn when one does not take it. */
class TurnsTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20, "memory.budget");
    private final Turns turns = new Turns();

    /** A request of a container that is scripted by the test. */
    private static final class Asked {
        final HttpServletRequest request = mock(HttpServletRequest.class);
        final AsyncContext async = mock(AsyncContext.class);
        final List<AsyncListener> listeners = new ArrayList<>();
        String address = "192.0.2.1";
        int answers;

        Asked() {
            Object[] attribute = new Object[1];
            when(request.isAsyncSupported()).thenReturn(true);
            when(request.startAsync()).thenReturn(async);
            when(request.getAttribute(any())).thenAnswer(call -> attribute[0]);
            doAnswer(call -> attribute[0] = call.getArgument(1)).when(request).setAttribute(any(), any());
            doAnswer(call -> listeners.add(call.getArgument(0))).when(async).addListener(any());
        }

        void leave() throws IOException {
            for (AsyncListener listener : listeners) {
                listener.onError(new AsyncEvent(async));
                listener.onComplete(new AsyncEvent(async));
            }
        }
    }

    private boolean ask(Asked asked, Turns.Work work) throws Exception {
        return turns.take(asked.request, () -> asked.address, () -> budget.lease("waiting", 1000, "test"), () -> {
            asked.answers++;
            work.run();
        });
    }

    /** Asks for as many as may be answered at once, and for {@code more} from within the last of them. */
    private void whileAllAreTaken(Turns.Work more) throws Exception {
        assertEquals(2, Turns.AT_ONCE);
        Asked first = new Asked();
        Asked second = new Asked();
        ask(first, () -> nested(second, more));
        assertEquals(1, first.answers);
        assertEquals(1, second.answers);
    }

    private void nested(Asked asked, Turns.Work work) throws IOException {
        try {
            ask(asked, work);
        } catch (IOException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IOException(failed);
        }
    }

    @Test
    void whoComesWhileAllAreTaken_isAnsweredInItsTurn() throws Exception {
        Asked third = new Asked();
        whileAllAreTaken(() -> {
            nested(third, () -> {});
            assertEquals(0, third.answers);
            assertEquals(1000, budget.leasedBytes());
            verify(third.async, never()).dispatch();
        });
        verify(third.async).dispatch();
        assertTrue(ask(third, () -> {}));
        assertEquals(1, third.answers);
        assertEquals(0, budget.leasedBytes());
    }

    @Test
    void turnOfOneThatHasLeft_isTheNextOnes() throws Exception {
        Asked gone = new Asked();
        Asked unheard = new Asked(); // its end has not been told, but the container knows
        doThrow(new IllegalStateException("over")).when(unheard.async).dispatch();
        Asked next = new Asked();
        whileAllAreTaken(() -> {
            nested(gone, () -> {});
            nested(unheard, () -> {});
            nested(next, () -> {});
            gone.leave();
        });
        verify(gone.async, never()).dispatch();
        verify(next.async).dispatch();
        next.leave(); // after it was called, before it began
        assertEquals(0, budget.leasedBytes());
        whileAllAreTaken(() -> {}); // both turns are there
        Asked last = new Asked();
        ask(last, () -> {});
        assertEquals(1, last.answers);
    }

    @Test
    void addressesTakeTurns() throws Exception {
        List<Asked> stranger = List.of(new Asked(), new Asked(), new Asked());
        Asked another = new Asked();
        another.address = "192.0.2.2";
        whileAllAreTaken(() -> {
            for (Asked one : stranger) {
                nested(one, () -> {});
            }
            nested(another, () -> {});
        });
        verify(stranger.get(0).async).dispatch();
        verify(another.async).dispatch();
        verify(stranger.get(1).async, never()).dispatch();
        ask(another, () -> {});
        verify(stranger.get(1).async).dispatch();
        verify(stranger.get(2).async, never()).dispatch();
    }

    @Test
    void moreThanMayWait_areRefusedAndHoldNothing() throws Exception {
        List<Asked> waiting = new ArrayList<>();
        whileAllAreTaken(() -> {
            for (int i = 0; i < Turns.MOST_WAITING; i++) {
                waiting.add(new Asked());
                nested(waiting.get(i), () -> {});
            }
            Asked oneMore = new Asked();
            try {
                assertFalse(ask(oneMore, () -> {}));
            } catch (Exception failed) {
                throw new IOException(failed);
            }
            verify(oneMore.request, never()).startAsync();
        });
        assertEquals(1000L * Turns.MOST_WAITING, budget.leasedBytes());
        verify(waiting.get(0).async, times(1)).dispatch();
        verify(waiting.get(1).async, times(1)).dispatch();
        verify(waiting.get(2).async, never()).dispatch();
    }

    @Test
    void failureOfAnAnswer_givesItsTurnBack() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThrows(
                    IOException.class,
                    () -> ask(new Asked(), () -> {
                        throw new IOException("the client has gone");
                    }));
        }
        Asked last = new Asked();
        ask(last, () -> {});
        assertEquals(1, last.answers);
    }

    @Test
    void containerWithoutAsynchronousRequests_answersAtOnce() throws Exception {
        Asked third = new Asked();
        when(third.request.isAsyncSupported()).thenReturn(false);
        whileAllAreTaken(() -> nested(third, () -> {}));
        assertEquals(1, third.answers);
    }
}
