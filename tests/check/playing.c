/* The stream in a pipeline: what arrives, switched off and on, and in another size. */
#include "scenario.h"

static GstSample *
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

static gchar *
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
