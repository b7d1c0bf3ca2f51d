/* What happens without the application: it is told. */
#include "scenario.h"

/* What a handler sees: one for `mute`, `unmute` and `ended`. */
static void
heard (const gchar *event, GObject *track, Scenario *s)
{
  gchar *kind = text (track, "kind");

  g_ptr_array_add (s->events, g_strdup_printf ("%s of %s: muted %s (%s), %s, stream active %s", event, kind,
          truth (flag (track, "muted")), nick (track, "muted-reason"), nick (track, "ready-state"),
          truth (flag (s->stream, "active"))));
  g_free (kind);
}

static void
on_mute (GObject *track, gpointer scenario)
{
  heard ("mute", track, scenario);
}

static void
on_unmute (GObject *track, gpointer scenario)
{
  heard ("unmute", track, scenario);
}

static void
on_ended (GObject *track, gpointer scenario)
{
  heard ("ended", track, scenario);
}

static gchar *
show_labels (GListModel *list)
{
  GString *shown = g_string_new ("[");

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    GObject *device = g_list_model_get_item (list, i);
    gchar *label = text (device, "label");
    g_string_append_printf (shown, "%s\"%s\"", i ? ", " : "", label);
    g_free (label);
    g_object_unref (device);
  }
  return g_string_free (g_string_append_c (shown, ']'), FALSE);
}

static void
on_device_change (GObject *emitter, GListModel *devices, GListModel *inserted, Scenario *s)
{
  gchar *all = show_labels (devices), *fresh = show_labels (inserted);

  g_ptr_array_add (s->events, g_strdup_printf ("devicechange: %s, inserted %s", all, fresh));
  g_free (fresh);
  g_free (all);
}

static void
on_unwanted (Scenario *s)
{
  g_ptr_array_add (s->events, g_strdup ("addtrack or removetrack"));
}

void
listen_to_track (Scenario *s, GObject *track)
{
  g_signal_connect (track, "mute", G_CALLBACK (on_mute), s);
  g_signal_connect (track, "unmute", G_CALLBACK (on_unmute), s);
  g_signal_connect (track, "ended", G_CALLBACK (on_ended), s);
}

void
listen (Scenario *s)
{
  g_signal_connect_swapped (s->stream, "addtrack", G_CALLBACK (on_unwanted), s);
  g_signal_connect_swapped (s->stream, "removetrack", G_CALLBACK (on_unwanted), s);
  g_signal_connect (s->devices, "devicechange", G_CALLBACK (on_device_change), s);
}

static gint
by_name (gconstpointer one, gconstpointer other)
{
  return strcmp (*(const gchar *const *) one, *(const gchar *const *) other);
}

void
turn_the_loop (const gchar *what, gint64 deadline)
{
  ck_assert_msg (g_get_monotonic_time () < deadline, "within %d s: %s", LIMIT, what);
  g_main_context_iteration (NULL, TRUE);
}

/* Waits for so many events. */
static void
print_events (Scenario *s, guint count)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  while (s->events->len < count)
    turn_the_loop ("an event", deadline);
  g_ptr_array_sort (s->events, by_name);
  for (guint i = 0; i < s->events->len; i++)
    say ("%s", (const gchar *) g_ptr_array_index (s->events, i));
  g_ptr_array_set_size (s->events, 0);
}

void
print_message (GstElement *pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  for (gboolean done = FALSE; !done;) {
    GstMessage *message = gst_bus_pop (bus);
    if (!message) {
      turn_the_loop ("a message", deadline);
      continue;
    }
    if (gst_message_has_name (message, "media-stream-track")) {
      const GstStructure *about = gst_message_get_structure (message);
      GObject *track = object_in (about, "track");
      gchar *id = text (track, "id");
      say ("message: %s, %s, %s, id %s", gst_structure_get_string (about, "event"),
          gst_structure_get_string (about, "kind"), gst_structure_get_string (about, "reason"),
          truth (g_str_equal (id, gst_structure_get_string (about, "track-id"))));
      g_free (id);
      g_object_unref (track);
      done = TRUE;
    }
    gst_message_unref (message);
  }
  gst_object_unref (bus);
}

void
faults (Scenario *s)
{
  say ("== events");
  g_signal_emit_by_name (s->camera, "set-muted", TRUE);
  print_events (s, 1);
  print_message (s->pipeline);
  g_signal_emit_by_name (s->camera, "set-muted", FALSE);
  print_events (s, 1);
  print_message (s->pipeline);
  g_signal_emit_by_name (s->camera, "unplug");
  print_events (s, 2);
  print_message (s->pipeline);
  print_track (s->video);
  pull_to_the_end (s->pictures);
  print_ten ("sound", s->sound, is_media);
  g_signal_emit_by_name (s->camera, "plug");
  print_events (s, 1);
}
