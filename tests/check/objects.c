/* Properties, actions and lists of objects that no header declares. */
#include "scenario.h"

gboolean
flag (gpointer object, const gchar *property)
{
  gboolean value;

  g_object_get (object, property, &value, NULL);
  return value;
}

gchar *
text (gpointer object, const gchar *property)
{
  gchar *value;

  g_object_get (object, property, &value, NULL);
  return value;
}

const gchar *
nick (gpointer object, const gchar *property)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), property);
  gint value;

  g_object_get (object, property, &value, NULL);
  return g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class, value)->value_nick;
}

gchar *
asked (gpointer object, const gchar *action)
{
  GstStructure *structure = NULL;
  gchar *shown;

  g_signal_emit_by_name (object, action, &structure);
  shown = show_structure (structure);
  gst_structure_free (structure);
  return shown;
}

GstStructure *
answer (GstPromise *promise)
{
  GstStructure *reply;

  ck_assert_int_eq (gst_promise_wait (promise), GST_PROMISE_RESULT_REPLIED);
  reply = gst_structure_copy (gst_promise_get_reply (promise));
  gst_promise_unref (promise);
  return reply;
}

GstStructure *
promised (gpointer object, const gchar *action, const gchar *json)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (object, action, json, promise);
  return answer (promise);
}

gpointer
object_in (const GstStructure *structure, const gchar *field)
{
  return g_value_dup_object (gst_structure_get_value (structure, field));
}

GListModel *
list_of (gpointer object, const gchar *property)
{
  GListModel *list;

  g_object_get (object, property, &list, NULL);
  return list;
}

guint
length (GListModel *list)
{
  guint count = g_list_model_get_n_items (list);

  g_object_unref (list);
  return count;
}

GListModel *
members (gpointer stream, const gchar *action)
{
  GListModel *list = NULL;

  g_signal_emit_by_name (stream, action, &list);
  return list;
}

gboolean
contains (GListModel *list, gpointer wanted)
{
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    GObject *item = g_list_model_get_item (list, i);
    found = found || item == wanted;
    g_object_unref (item);
  }
  return found;
}

gboolean
is_equal (gpointer one, gpointer other, const gchar *property)
{
  GValue values[2] = { G_VALUE_INIT, G_VALUE_INIT };
  gboolean equal;

  g_object_get_property (one, property, &values[0]);
  g_object_get_property (other, property, &values[1]);
  equal = gst_value_compare (&values[0], &values[1]) == GST_VALUE_EQUAL;
  g_value_unset (&values[0]);
  g_value_unset (&values[1]);
  return equal;
}

void
print_track (GObject *track)
{
  gchar *kind = text (track, "kind"), *label = text (track, "label"), *hint = text (track, "content-hint");
  gchar *settings = asked (track, "get-settings"), *constraints = NULL;

  say ("track: %s \"%s\", enabled %s, muted %s (%s), %s, hint \"%s\"", kind, label,
      truth (flag (track, "enabled")), truth (flag (track, "muted")), nick (track, "muted-reason"),
      nick (track, "ready-state"), hint);
  say ("  settings %s", settings);
  g_signal_emit_by_name (track, "get-constraints", &constraints);
  say ("  constraints %s", constraints);
  g_free (constraints);
  g_free (settings);
  g_free (hint);
  g_free (label);
  g_free (kind);
}
