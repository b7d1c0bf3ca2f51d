/* A media element and its track lists. */
#include <glib/gstdio.h>

#include "scenario.h"

#define FILM \
  "matroskamux name=mux ! filesink name=file " \
  "videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! vp8enc deadline=1 ! mux. " \
  "audiotestsrc num-buffers=40 ! taginject tags=language-code=en,title=English ! mux. " \
  "audiotestsrc num-buffers=40 ! taginject tags=language-code=de,title=Deutsch ! mux."

static void
make_film (const gchar *path)
{
  GstElement *pipeline = gst_parse_launch (FILM, NULL);
  GstElement *file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  g_object_set (file, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, LIMIT * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ck_assert (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (file);
  gst_object_unref (pipeline);
}

static void
hear (GPtrArray *events, const gchar *event, gpointer tracks)
{
  const gchar *kind = g_str_equal (G_OBJECT_TYPE_NAME (tracks), "GstAudioTrackList") ? "audio" : "video";

  g_ptr_array_add (events, g_strdup_printf ("%s of %s", event, kind));
}

static void
on_change (gpointer tracks, GPtrArray *events)
{
  hear (events, "change", tracks);
}

static void
on_add_track (gpointer tracks, GObject *track, GPtrArray *events)
{
  hear (events, "addtrack", tracks);
}

static void
on_remove_track (gpointer tracks, GObject *track, GPtrArray *events)
{
  hear (events, "removetrack", tracks);
}

static void
listen_to_list (GListModel *tracks, GPtrArray *events)
{
  g_signal_connect (tracks, "change", G_CALLBACK (on_change), events);
  g_signal_connect (tracks, "addtrack", G_CALLBACK (on_add_track), events);
  g_signal_connect (tracks, "removetrack", G_CALLBACK (on_remove_track), events);
}

static void
print_three (GPtrArray *events)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  while (events->len < 3)
    turn_the_loop ("three events", deadline);
  say ("%s, %s, %s", (gchar *) events->pdata[0], (gchar *) events->pdata[1], (gchar *) events->pdata[2]);
  g_ptr_array_set_size (events, 0);
}

static gint
selected (GListModel *video)
{
  gint index;

  g_object_get (video, "selected-index", &index, NULL);
  return index;
}

static void
print_lists (const gchar *when, GListModel *audio, GListModel *video, const gchar *rest)
{
  guint count;

  g_object_get (audio, "length", &count, NULL);
  say ("%s: %u audio, %u video, selected %d%s", when, count, g_list_model_get_n_items (video), selected (video), rest);
}

static GObject *
found (GListModel *tracks, const gchar *id)
{
  GObject *track = NULL;

  g_signal_emit_by_name (tracks, "get-track-by-id", id, &track);
  return track;
}

static void
print_tracks (const gchar *kind, GListModel *tracks, const gchar *on_off)
{
  for (guint i = 0; i < g_list_model_get_n_items (tracks); i++) {
    GObject *track = g_list_model_get_item (tracks, i), *same, *buffer;
    gchar *of = text (track, "kind"), *id = text (track, "id"), *label = text (track, "label");
    gchar *language = text (track, "language"), *shown_label = show_text (label), *shown = show_text (language);

    same = found (tracks, id);
    g_object_get (track, "source-buffer", &buffer, NULL);
    say ("%s: %s %s, language %s, %s %s, found %s, source buffer %s", kind, of, shown_label, shown, on_off,
        truth (flag (track, on_off)), truth (same == track), buffer ? "one" : "null");
    g_object_unref (same);
    g_object_unref (track);
    g_free (of);
    g_free (id);
    g_free (label);
    g_free (language);
    g_free (shown_label);
    g_free (shown);
  }
}

/* The tracks in the user's language, and no pictures. */
static void
choose (GListModel *audio, GListModel *video)
{
  GObject *picture = g_list_model_get_item (video, 0);

  for (guint i = 0; i < g_list_model_get_n_items (audio); i++) {
    GObject *track = g_list_model_get_item (audio, i);
    gchar *language = text (track, "language");

    g_object_set (track, "enabled", g_str_equal (language, "de"), NULL);
    g_object_set (track, "enabled", g_str_equal (language, "de"), NULL);
    g_free (language);
    g_object_unref (track);
  }
  g_object_set (picture, "selected", FALSE, NULL);
  g_object_unref (picture);
}

static void
print_enabled (GListModel *audio, GListModel *video)
{
  GObject *first = g_list_model_get_item (audio, 0), *second = g_list_model_get_item (audio, 1);

  say ("enabled %s, %s, selected %d", truth (flag (first, "enabled")), truth (flag (second, "enabled")),
      selected (video));
  g_object_unref (first);
  g_object_unref (second);
}

static void
print_captured (GstElement *element)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  GObject *stream = NULL, *track;
  GListModel *tracks;
  gchar *kind, *label, *shown;

  g_signal_emit_by_name (element, "capture-stream", &stream);
  tracks = list_of (stream, "tracks");
  while (g_list_model_get_n_items (tracks) != 1)
    turn_the_loop ("a captured track", deadline);
  track = g_list_model_get_item (tracks, 0);
  kind = text (track, "kind");
  label = text (track, "label");
  shown = show_text (label);
  say ("captured: active %s, %s %s", truth (flag (stream, "active")), kind, shown);
  g_free (shown);
  g_free (label);
  g_free (kind);
  g_object_unref (track);
  g_object_unref (tracks);
  g_object_unref (stream);
}

static void
watch (GstElement *element, GPtrArray *events)
{
  GListModel *audio = list_of (element, "audio-tracks"), *video = list_of (element, "video-tracks");

  listen_to_list (audio, events);
  listen_to_list (video, events);
  print_lists ("before", audio, video, "");
  gst_element_set_state (element, GST_STATE_PAUSED);
  print_three (events);
  print_tracks ("video", video, "selected");
  print_tracks ("audio", audio, "enabled");
  say ("selected %d, not found %s, %s", selected (video), found (audio, "") ? "one" : "null",
      found (audio, NULL) ? "one" : "null");
  choose (audio, video);
  print_three (events);
  print_enabled (audio, video);
  print_captured (element);
  gst_element_set_state (element, GST_STATE_NULL);
  print_lists ("after", audio, video, events->len == 0 ? ", no events" : "");
  g_signal_handlers_disconnect_by_data (audio, events);
  g_signal_handlers_disconnect_by_data (video, events);
  g_object_unref (audio);
  g_object_unref (video);
}

void
media_element (void)
{
  gchar *directory = g_dir_make_tmp ("film-XXXXXX", NULL), *film, *uri;
  GstElement *element = gst_element_factory_make ("mediaelementsrc", NULL);
  GPtrArray *events = g_ptr_array_new_with_free_func (g_free);

  say ("== mediaElement");
  ck_assert (directory && element);
  gst_object_ref_sink (element);
  film = g_build_filename (directory, "film.mkv", NULL);
  make_film (film);
  uri = gst_filename_to_uri (film, NULL);
  g_object_set (element, "uri", uri, NULL);
  watch (element, events);
  gst_object_unref (element);
  g_ptr_array_unref (events);
  g_unlink (film);
  g_rmdir (directory);
  g_free (uri);
  g_free (film);
  g_free (directory);
}
