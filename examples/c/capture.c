/* Shows what a camera is set to, then switches it off and on again while its pictures are counted.
 *
 *   cc examples/c/capture.c -o capture $(pkg-config --cflags --libs gstreamer-1.0)
 *   ./capture '{"width": {"min": 1280}, "frameRate": 30}'
 *
 * Needs the plugin in GST_PLUGIN_PATH. Without a camera: GST_MEDIASTREAM_PROVIDERS=fake ./capture
 */
#include <gst/gst.h>

typedef struct {
  GObject *track;
  guint shown, dark;
} Count;

/* Black pictures of a track that is switched off are marked as gaps. */
static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Count *count = data;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    count->dark++;
  else
    count->shown++;

  /* Thirty pictures of the camera, thirty dark ones, and so on. */
  if (count->track && (count->shown + count->dark) % 30 == 0) {
    gboolean enabled;
    g_object_get (count->track, "enabled", &enabled, NULL);
    g_object_set (count->track, "enabled", !enabled, NULL);
  }
}

/* The element says so when it has a track: on its streaming thread, before the first picture. */
static void
on_track (GObject *source, GParamSpec *pspec, gpointer data)
{
  Count *count = data;
  GstStructure *settings = NULL;
  gchar *label, *text;

  g_clear_object (&count->track);
  g_object_get (source, "track", &count->track, NULL);
  if (!count->track)
    return;

  g_object_get (count->track, "label", &label, NULL);
  g_signal_emit_by_name (count->track, "get-settings", &settings);
  text = gst_structure_to_string (settings);
  g_print ("%s: %s\n", label, text);
  g_free (text);
  g_free (label);
  gst_structure_free (settings);
}

/* The first constraint that could not be met, and what could be had, stand in the details. */
static void
print_error (GstMessage *message)
{
  const GstStructure *details = NULL;
  GError *error = NULL;

  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  g_printerr ("%s\n", error->message);
  if (details) {
    gchar *text = gst_structure_to_string (details);
    g_printerr ("%s\n", text);
    g_free (text);
  }
  g_error_free (error);
}

int
main (int argc, char **argv)
{
  Count count = { NULL, 0, 0 };
  GstElement *pipeline, *source, *sink;
  GstMessage *message;
  gboolean done = FALSE;

  gst_init (&argc, &argv);
  pipeline = gst_pipeline_new (NULL);
  source = gst_element_factory_make ("mediatrackvideosrc", NULL);
  sink = gst_element_factory_make ("fakesink", NULL);
  if (!source || !sink) {
    g_printerr ("GST_PLUGIN_PATH does not lead to the plugin: no element mediatrackvideosrc\n");
    return 1;
  }
  g_object_set (source, "constraints", argc > 1 ? argv[1] : "{\"width\": 640, \"frameRate\": 30}",
      "num-buffers", 120, NULL);
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (source, "notify::track", G_CALLBACK (on_track), &count);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), &count);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_element_link (source, sink);

  /* What is wrong with the constraints themselves is known at once, the rest when a device was asked. */
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline), 30 * GST_SECOND,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (!message) {
    g_printerr ("no end within 30 s\n");
  } else {
    done = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (!done)
      print_error (message);
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (done)
    g_print ("%u pictures of the camera, %u dark ones\n", count.shown, count.dark);

  g_clear_object (&count.track);
  gst_object_unref (pipeline);
  return done ? 0 : 1;
}
