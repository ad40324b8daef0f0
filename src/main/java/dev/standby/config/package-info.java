/**
 * The settings: one record for each room, checked when it is made, so that no code below meets a
 * value that it can't work with. {@link dev.standby.config.Settings} reads them.
 */
package dev.standby.config;
