/**
 * Settings of a process: one row each, the only place where a setting exists. A process lists its rows in a
 * {@link io.pika.core.settings.SettingsSpec}; {@link io.pika.core.settings.Settings} holds what they are set to;
 * the reference page is made from the rows by {@link io.pika.core.settings.SettingsPage}.
 */
@org.jspecify.annotations.NullMarked
package io.pika.core.settings;
