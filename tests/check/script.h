/* The script that every language plays, and how values are shown in its lines. SCENARIO is its path. */
#pragma once

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

/* Ids are different on every machine: they are shown by name. */
extern GHashTable *names;

/* Prints a line, which is the next of the script. */
void G_GNUC_PRINTF (1, 2) say (const gchar *format, ...);
gchar *show_text (const gchar *text);
gchar *show_structure (const GstStructure *structure);
gchar *show (const GValue *value);
const gchar *truth (gboolean fact);
gchar *reason (const GstStructure *error);
void script_begin (void);
void script_end (void);
