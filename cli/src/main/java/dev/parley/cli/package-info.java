/// The parley command.
package dev.parley.cli;
