/* The lines of the script, and how values are shown in them. */
#include "script.h"

#include <math.h>

static gchar **script;
static guint line_number;

void G_GNUC_PRINTF (1, 2)
say (const gchar *format, ...)
{
  va_list args;
  gchar *line;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", line);
  while (script[line_number] && script[line_number][0] == '#')
    line_number++;
  ck_assert_str_eq (line, script[line_number]);
  line_number++;
  g_free (line);
}

/* Ids are different on every machine: they are shown by name. */
GHashTable *names;

gchar *
show_text (const gchar *text)
{
  const gchar *name = text ? g_hash_table_lookup (names, text) : "null";

  return name ? g_strdup (name) : g_strdup_printf ("\"%s\"", text);
}

gchar *
show_structure (const GstStructure *structure)
{
  GString *shown = g_string_new ("{");

  for (gint i = 0; i < gst_structure_n_fields (structure); i++) {
    const gchar *name = gst_structure_nth_field_name (structure, i);
    gchar *value = show (gst_structure_get_value (structure, name));
    g_string_append_printf (shown, "%s%s: %s", i ? ", " : "", name, value);
    g_free (value);
  }
  return g_string_free (g_string_append_c (shown, '}'), FALSE);
}

static gchar *
show_array (const GValue *array)
{
  GString *shown = g_string_new ("[");

  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    gchar *value = show (gst_value_array_get_value (array, i));
    g_string_append_printf (shown, "%s%s", i ? ", " : "", value);
    g_free (value);
  }
  return g_string_free (g_string_append_c (shown, ']'), FALSE);
}

gchar *
show (const GValue *value)
{
  if (GST_VALUE_HOLDS_STRUCTURE (value))
    return show_structure (gst_value_get_structure (value));
  if (GST_VALUE_HOLDS_ARRAY (value))
    return show_array (value);
  if (G_VALUE_HOLDS_UINT (value))
    return g_strdup_printf ("%u", g_value_get_uint (value));
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_strdup (g_value_get_boolean (value) ? "true" : "false");
  if (G_VALUE_HOLDS_DOUBLE (value)) {
    gdouble number = g_value_get_double (value);
    return g_strdup_printf ("%.*f", number == floor (number) ? 0 : 4, number);
  }
  ck_assert_msg (G_VALUE_HOLDS_STRING (value), "a %s in a structure", G_VALUE_TYPE_NAME (value));
  return show_text (g_value_get_string (value));
}

const gchar *
truth (gboolean fact)
{
  return fact ? "true" : "false";
}

gchar *
reason (const GstStructure *error)
{
  GString *shown = g_string_new (gst_structure_get_string (error, "name"));

  g_string_append_printf (shown, ": %s", gst_structure_get_string (error, "message"));
  for (gint i = 0; i < gst_structure_n_fields (error); i++) {
    const gchar *name = gst_structure_nth_field_name (error, i);
    gchar *value = show (gst_structure_get_value (error, name));
    if (!g_str_equal (name, "name") && !g_str_equal (name, "message"))
      g_string_append_printf (shown, "; %s %s", name, value);
    g_free (value);
  }
  return g_string_free (shown, FALSE);
}

void
script_begin (void)
{
  gchar *contents;

  fail_unless (g_file_get_contents (SCENARIO, &contents, NULL, NULL));
  script = g_strsplit (contents, "\n", -1);
  g_free (contents);
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
script_end (void)
{
  ck_assert_str_eq (script[line_number], "");
  g_strfreev (script);
  g_hash_table_unref (names);
}
