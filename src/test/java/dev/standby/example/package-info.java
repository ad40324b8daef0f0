/** What applications that use Standby look like. */
package dev.standby.example;
