package dev.perch.web.answer;

import dev.perch.audience.Admission;
import jakarta.servlet.http.HttpServletRequest;

/** Admits those who send requests, each counted by the address that it comes from. */
public record RequestAdmission(Admission admission, Callers callers) {
    /** Returns the admission of one who sends {@code request}. */
    public Admission of(HttpServletRequest request) {
        return admission.of(callers.counted(request));
    }
}
