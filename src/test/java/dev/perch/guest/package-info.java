/** Tests on real V4L2 drivers: the host's side boots a guest once, the guest's side runs every class that is named …GuestCase. */
@NullMarked
package dev.perch.guest;

import org.jspecify.annotations.NullMarked;
