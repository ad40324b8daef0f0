/** The console and the approval page, as people see them: in Chromium, against real nodes. */
package dev.standby.console;
