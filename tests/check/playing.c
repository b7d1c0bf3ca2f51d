/* The stream in a pipeline: what arrives, switched off and on, and in another size. */
#include "scenario.h"

GstSample *
pull (GstElement *sink)
{
  GstSample *sample = NULL;

  g_signal_emit_by_name (sink, "try-pull-sample", (guint64) LIMIT * GST_SECOND, &sample);
  return sample;
}

void
pull_to_the_end (GstElement *sink)
{
  GstSample *sample;

  while ((sample = pull (sink)))
    gst_sample_unref (sample);
  say ("the pad has ended %s", truth (flag (sink, "eos")));
}

static gboolean
is_gap (GstSample *sample)
{
  return GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_GAP);
}

gboolean
is_media (GstSample *sample)
{
  return !is_gap (sample);
}

static gboolean
is_small (GstSample *sample)
{
  gint width = 0;

  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "width", &width);
  return width == 320 && !is_gap (sample);
}

gchar *
show_caps (GstSample *sample)
{
  const GstStructure *caps = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  const gchar *format = gst_structure_get_string (caps, "format");
  gint one, other;

  if (gst_structure_get (caps, "width", G_TYPE_INT, &one, "height", G_TYPE_INT, &other, NULL))
    return g_strdup_printf ("%s %dx%d", format, one, other);
  gst_structure_get (caps, "rate", G_TYPE_INT, &one, "channels", G_TYPE_INT, &other, NULL);
  return g_strdup_printf ("%s %d Hz, %d channels", format, one, other);
}

void
print_ten (const gchar *what, GstElement *sink, gboolean (*is_wanted) (GstSample *))
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  GstSample *sample = pull (sink);
  gboolean rising = TRUE;
  guint count = 1;
  gchar *caps;

  while (ck_assert (sample != NULL), !is_wanted (sample)) {
    ck_assert_msg (g_get_monotonic_time () < deadline, "within %d s: %s", LIMIT, what);
    gst_sample_unref (sample);
    sample = pull (sink);
  }
  for (guint more = 0; more < 9; more++) {
    GstSample *next = pull (sink);
    ck_assert (next != NULL);
    count += is_wanted (next) ? 1 : 0;
    rising = rising && GST_BUFFER_PTS (gst_sample_get_buffer (next)) > GST_BUFFER_PTS (gst_sample_get_buffer (sample));
    gst_sample_unref (sample);
    sample = next;
  }
  caps = show_caps (sample);
  say ("%s: %u of 10 %s, times rise %s", what, count, caps, truth (rising));
  g_free (caps);
  gst_sample_unref (sample);
}

void
play (Scenario *s)
{
  GstElement *media;
  GObject *played;

  say ("== play");
  s->pipeline = gst_parse_launch ("usermediasrc name=media"
      " media.video_0 ! appsink name=video sync=false max-buffers=8 drop=true"
      " media.audio_0 ! appsink name=audio sync=false max-buffers=8 drop=true", NULL);
  media = gst_bin_get_by_name (GST_BIN (s->pipeline), "media");
  g_object_set (media, "stream", s->stream, NULL);
  gst_element_set_state (s->pipeline, GST_STATE_PLAYING);
  s->pictures = gst_bin_get_by_name (GST_BIN (s->pipeline), "video");
  s->sound = gst_bin_get_by_name (GST_BIN (s->pipeline), "audio");
  print_ten ("pictures", s->pictures, is_media);
  print_ten ("sound", s->sound, is_media);
  g_object_get (media, "stream", &played, NULL);
  say ("the stream played is the one given %s", truth (played == s->stream));
  g_object_unref (played);
  gst_object_unref (media);
}

void
enable (Scenario *s)
{
  say ("== enabled");
  g_object_set (s->video, "enabled", FALSE, NULL);
  say ("enabled %s, muted %s", truth (flag (s->video, "enabled")), truth (flag (s->video, "muted")));
  print_ten ("black", s->pictures, is_gap);
  print_ten ("sound", s->sound, is_media);
  g_object_set (s->video, "enabled", TRUE, NULL);
  say ("enabled %s, muted %s", truth (flag (s->video, "enabled")), truth (flag (s->video, "muted")));
  print_ten ("pictures", s->pictures, is_media);
}

static void
print_applied (Scenario *s, const gchar *json)
{
  GstStructure *reply = promised (s->video, "apply-constraints", json), *error = NULL;
  gchar *shown = show_text (json), *result = NULL;

  if (gst_structure_get (reply, "error", GST_TYPE_STRUCTURE, &error, NULL)) {
    result = reason (error);
    gst_structure_free (error);
  }
  say ("%s -> %s", shown, result ? result : "done");
  g_free (result);
  g_free (shown);
  gst_structure_free (reply);
  shown = asked (s->video, "get-settings");
  say ("  settings %s", shown);
  g_free (shown);
  g_signal_emit_by_name (s->video, "get-constraints", &shown);
  say ("  constraints %s", shown);
  g_free (shown);
}

void
apply_constraints (Scenario *s)
{
  say ("== applyConstraints");
  print_applied (s, "{\"width\": {\"exact\": 320}, \"height\": {\"exact\": 240}}");
  print_ten ("pictures", s->pictures, is_small);
  print_applied (s, "{\"width\": {\"exact\": 4000}}");
  print_applied (s, "{\"frameRate\": {\"min\": 200}, \"advanced\": [{\"width\": 640}]}");
  print_applied (s, "{\"width\": [1, 2");
  print_applied (s, NULL);
  /* Nobody wants to know how that went: in order all the same. */
  g_signal_emit_by_name (s->video, "apply-constraints", "{\"width\": 160}", NULL);
  print_applied (s, "{\"width\": {\"exact\": 640}, \"height\": {\"exact\": 480}}");
}

static gboolean
is_silence (GstSample *sample)
{
  gint channels = 0;

  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "channels", &channels);
  return channels == 1 && is_gap (sample);
}

/* The element has the stream that it was given, and plays its track. */
static void
print_played (GstElement *element, GObject *stream, gpointer track)
{
  GObject *given, *played;

  g_object_get (element, "media-stream", &given, "track", &played, NULL);
  say ("the stream given %s, its track %s", truth (given == stream), truth (played == track));
  g_object_unref (given);
  g_object_unref (played);
}

static void
print_warning (GstElement *pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  const GstStructure *details;
  gchar *why;

  ck_assert (message != NULL);
  gst_message_parse_warning_details (message, &details);
  why = reason (details);
  say ("%s", why);
  g_free (why);
  gst_message_unref (message);
  gst_object_unref (bus);
}

void
node (Scenario *s)
{
  GstElement *pipeline = gst_parse_launch ("mediatrackaudiosrc name=node on-ended=zero"
      " ! appsink name=sink sync=false", NULL);
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), "node");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GListModel *audio, *all;
  GObject *stream;
  gpointer track;

  say ("== node");
  g_object_set (element, "track", s->video, NULL);
  print_warning (pipeline);
  g_signal_emit_by_name (s->stream, "clone", &stream);
  audio = members (stream, "get-audio-tracks");
  track = g_list_model_get_item (audio, 0);
  g_object_set (element, "media-stream", stream, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_sample_unref (pull (sink));
  print_played (element, stream, track);
  print_ten ("sound", sink, is_media);
  all = list_of (stream, "tracks");
  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    gpointer each = g_list_model_get_item (all, i);
    g_signal_emit_by_name (each, "stop");
    g_object_unref (each);
  }
  print_ten ("silence", sink, is_silence);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_unref (all);
  g_object_unref (audio);
  g_object_unref (track);
  g_object_unref (stream);
  gst_object_unref (sink);
  gst_object_unref (element);
  gst_object_unref (pipeline);
}
