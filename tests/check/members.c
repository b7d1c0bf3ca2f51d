/* Clones, and streams that the application puts together. */
#include "scenario.h"

static void
clone_track (Scenario *s)
{
  GObject *clone = NULL;

  g_object_set (s->video, "content-hint", "motion", NULL);
  g_object_set (s->video, "content-hint", "speech", NULL);
  g_signal_emit_by_name (s->video, "clone", &clone);
  say ("another id %s, the same device %s", truth (!is_equal (clone, s->video, "id")),
      truth (is_equal (clone, s->video, "device")));
  print_track (clone);
  g_object_set (clone, "enabled", FALSE, NULL);
  g_signal_emit_by_name (clone, "stop");
  print_track (clone);
  print_track (s->video);
  g_object_unref (clone);
}

static void
clone_stream (Scenario *s)
{
  GObject *stream = NULL;
  GListModel *tracks;

  g_signal_emit_by_name (s->stream, "clone", &stream);
  tracks = list_of (stream, "tracks");
  say ("another id %s, %u tracks, active %s, the same tracks %s", truth (!is_equal (stream, s->stream, "id")),
      g_list_model_get_n_items (tracks), truth (flag (stream, "active")), truth (contains (tracks, s->video)));
  for (guint i = 0; i < g_list_model_get_n_items (tracks); i++) {
    GObject *track = g_list_model_get_item (tracks, i);
    g_signal_emit_by_name (track, "stop");
    g_object_unref (track);
  }
  say ("active %s, the original %s", truth (flag (stream, "active")), truth (flag (s->stream, "active")));
  g_object_unref (tracks);
  g_object_unref (stream);
}

void
clone (Scenario *s)
{
  say ("== clone");
  clone_track (s);
  clone_stream (s);
}

/* "null", or what the caller says of the track that was found. */
static const gchar *
find (GObject *stream, const gchar *id, GObject *wanted)
{
  GObject *found = NULL;

  g_signal_emit_by_name (stream, "get-track-by-id", id, &found);
  if (!found)
    return "null";
  g_object_unref (found);
  return truth (found == wanted);
}

void
change_members (Scenario *s)
{
  GObject *stream = g_object_new (g_type_from_name ("GstMediaStream"), NULL);
  GListModel *before;
  gchar *id = text (s->video, "id");

  say ("== stream");
  say ("new: active %s, %u tracks", truth (flag (stream, "active")), length (list_of (stream, "tracks")));
  g_signal_emit_by_name (stream, "add-track", s->video);
  g_signal_emit_by_name (stream, "add-track", s->audio);
  g_signal_emit_by_name (stream, "add-track", s->video);
  say ("added: active %s, %u tracks, %u audio, %u video", truth (flag (stream, "active")),
      length (list_of (stream, "tracks")), length (members (stream, "get-audio-tracks")),
      length (members (stream, "get-video-tracks")));
  say ("found %s, not found %s, %s", find (stream, id, s->video), find (stream, "", NULL), find (stream, NULL, NULL));
  before = members (stream, "get-tracks");
  g_signal_emit_by_name (stream, "remove-track", s->video);
  g_signal_emit_by_name (stream, "remove-track", s->video);
  say ("removed: %u tracks, before %u, found %s, %s", length (list_of (stream, "tracks")), length (before),
      find (stream, id, s->video), nick (s->video, "ready-state"));
  say ("events %u", s->events->len);
  g_free (id);
  gst_object_unref (stream);
}
