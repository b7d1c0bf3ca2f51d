/* A pipeline that is a stream: its pictures, on request. */
#include "scenario.h"

#define CANVAS \
  "appsrc name=pen format=time caps=video/x-raw,format=RGBA,width=4,height=4,framerate=30/1 " \
  "! mediastreamsink name=canvas frame-rate=0"

/* No colour. */
#define ANY 0

typedef struct {
  GstElement *pipeline, *pen, *sink, *viewer, *eye;
  GObject *stream, *track;
  GPtrArray *events;
} Canvas;

static gchar *
state (Canvas *c)
{
  return g_strdup_printf ("stream active %s, %u tracks", truth (flag (c->stream, "active")),
      length (list_of (c->stream, "tracks")));
}

/* What a handler sees. */
static void
hear (const gchar *event, GObject *track, Canvas *c)
{
  gchar *kind = text (track, "kind"), *now = state (c);

  g_ptr_array_add (c->events, g_strdup_printf ("%s of %s: muted %s (%s), %s, %s", event, kind,
          truth (flag (track, "muted")), nick (track, "muted-reason"), nick (track, "ready-state"), now));
  g_free (now);
  g_free (kind);
}

static void
on_mute (GObject *track, Canvas *c)
{
  hear ("mute", track, c);
}

static void
on_unmute (GObject *track, Canvas *c)
{
  hear ("unmute", track, c);
}

static void
on_ended (GObject *track, Canvas *c)
{
  hear ("ended", track, c);
}

static void
on_add_track (GObject *stream, GObject *track, Canvas *c)
{
  hear ("addtrack", track, c);
}

static void
on_remove_track (GObject *stream, GObject *track, Canvas *c)
{
  hear ("removetrack", track, c);
}

/* Waits for so many events, which come in this order. */
static void
print_events (Canvas *c, guint count)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  while (c->events->len < count)
    turn_the_loop ("an event", deadline);
  for (guint i = 0; i < c->events->len; i++)
    say ("%s", (const gchar *) g_ptr_array_index (c->events, i));
  g_ptr_array_set_size (c->events, 0);
}

static void
push (Canvas *c, guint8 colour)
{
  GstBuffer *picture = gst_buffer_new_allocate (NULL, 64, NULL);
  GstFlowReturn flow;

  gst_buffer_memset (picture, 0, colour, 64);
  g_signal_emit_by_name (c->pen, "push-buffer", picture, &flow);
  ck_assert_int_eq (flow, GST_FLOW_OK);
  gst_buffer_unref (picture);
}

static guint64
rendered (Canvas *c)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (c->pipeline), "video_0");
  GstStructure *stats;
  guint64 count = 0;

  g_object_get (sink, "stats", &stats, NULL);
  ck_assert (gst_structure_get_uint64 (stats, "rendered", &count));
  gst_structure_free (stats);
  gst_object_unref (sink);
  return count;
}

/* It is shown when this returns: what a request takes is known. */
static void
draw (Canvas *c, guint8 colour)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  guint64 before = rendered (c);

  push (c, colour);
  while (rendered (c) == before)
    turn_the_loop ("a picture is shown", deadline);
}

static void
request (gpointer object)
{
  g_signal_emit_by_name (object, "request-frame");
}

/* Waits for a picture of another colour than this. */
static void
print_seen (Canvas *c, const gchar *what, guint8 besides)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  GstSample *sample = NULL;
  guint8 colour = besides;
  gchar *caps;

  while (colour == besides) {
    ck_assert_msg (g_get_monotonic_time () < deadline, "within %d s: %s", LIMIT, what);
    if (sample)
      gst_sample_unref (sample);
    sample = pull (c->eye);
    ck_assert (sample != NULL);
    ck_assert_uint_eq (gst_buffer_extract (gst_sample_get_buffer (sample), 0, &colour, 1), 1);
  }
  caps = show_caps (sample);
  say ("%s: seen %u, %s", what, colour, caps);
  g_free (caps);
  gst_sample_unref (sample);
}

static void
print_type (Canvas *c, const gchar *what, GObject *track)
{
  GstPad *pad = gst_element_get_static_pad (c->sink, "video_0"), *drawn_into;

  g_object_get (track, "canvas", &drawn_into, NULL);
  say ("%s: %s, its canvas the pad %s", what, G_OBJECT_TYPE_NAME (track), truth (drawn_into == pad));
  gst_object_unref (drawn_into);
  gst_object_unref (pad);
}

static void
print_before (Canvas *c)
{
  gchar *now = state (c);
  GObject *again;

  g_object_get (c->sink, "stream", &again, NULL);
  say ("before: %s, the same one %s", now, truth (again == c->stream));
  g_object_unref (again);
  g_free (now);
  print_track (c->track);
  print_type (c, "track", c->track);
}

static gboolean
has_settings (GObject *track)
{
  GstStructure *settings;
  gboolean has;

  g_signal_emit_by_name (track, "get-settings", &settings);
  has = gst_structure_n_fields (settings) > 0;
  gst_structure_free (settings);
  return has;
}

static void
begin (Canvas *c)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  GstElement *source;

  gst_element_set_state (c->pipeline, GST_STATE_PLAYING);
  push (c, 1);
  print_events (c, 1);
  c->viewer = gst_parse_launch ("mediatrackvideosrc name=source ! appsink name=eye sync=false", NULL);
  source = gst_bin_get_by_name (GST_BIN (c->viewer), "source");
  c->eye = gst_bin_get_by_name (GST_BIN (c->viewer), "eye");
  g_object_set (source, "track", c->track, NULL);
  gst_object_unref (source);
  gst_element_set_state (c->viewer, GST_STATE_PLAYING);
  print_seen (c, "drawn 1", ANY);
  /* They come as events do, so that they never change in the midst of a handler. */
  while (!has_settings (c->track))
    turn_the_loop ("the settings", deadline);
  print_track (c->track);
}

static void
request_of_a_clone (Canvas *c)
{
  GObject *clone;

  g_signal_emit_by_name (c->track, "clone", &clone);
  print_type (c, "clone", clone);
  draw (c, 4);
  draw (c, 5);
  request (clone);
  print_seen (c, "drawn 4 and 5, requested of the clone", ANY);
  g_signal_emit_by_name (clone, "stop");
  say ("clone %s, the original %s", nick (clone, "ready-state"), nick (c->track, "ready-state"));
  g_object_unref (clone);
}

/* What came unasked, or twice, would be seen instead of the next. */
static void
request_frames (Canvas *c)
{
  draw (c, 2);
  draw (c, 3);
  request (c->sink);
  print_seen (c, "drawn 2 and 3, requested of the element", ANY);
  request_of_a_clone (c);
  for (guint times = 0; times < 3; times++)
    request (c->track);
  draw (c, 6);
  draw (c, 7);
  print_seen (c, "requested three times, drawn 6 and 7", ANY);
  draw (c, 8);
  request (c->track);
  print_seen (c, "drawn 8, requested once more", ANY);
}

static void
pause_and_go_on (Canvas *c)
{
  gst_element_set_state (c->pipeline, GST_STATE_PAUSED);
  print_events (c, 1);
  print_message (c->viewer);
  gst_element_set_state (c->pipeline, GST_STATE_PLAYING);
  push (c, 9);
  print_events (c, 1);
  print_message (c->viewer);
  request (c->track);
  /* Whoever looks meanwhile goes on seeing what was captured last. */
  print_seen (c, "drawn 9, requested after the pause", 8);
}

static void
end (Canvas *c)
{
  GstFlowReturn flow;
  gchar *now;

  g_signal_emit_by_name (c->pen, "end-of-stream", &flow);
  print_events (c, 2);
  print_message (c->viewer);
  pull_to_the_end (c->eye);
  /* Too late: nothing comes of it. */
  request (c->track);
  gst_element_set_state (c->viewer, GST_STATE_NULL);
  gst_element_set_state (c->pipeline, GST_STATE_NULL);
  now = state (c);
  say ("after: %s, events %u", now, c->events->len);
  g_free (now);
}

static void
listen_to (Canvas *c)
{
  g_signal_connect (c->track, "mute", G_CALLBACK (on_mute), c);
  g_signal_connect (c->track, "unmute", G_CALLBACK (on_unmute), c);
  g_signal_connect (c->track, "ended", G_CALLBACK (on_ended), c);
  g_signal_connect (c->stream, "addtrack", G_CALLBACK (on_add_track), c);
  g_signal_connect (c->stream, "removetrack", G_CALLBACK (on_remove_track), c);
}

static void
clear (Canvas *c)
{
  gpointer objects[] = { c->eye, c->viewer, c->pen, c->sink, c->pipeline, c->track, c->stream };

  g_signal_handlers_disconnect_by_data (c->track, c);
  g_signal_handlers_disconnect_by_data (c->stream, c);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_object_unref (objects[i]);
  g_ptr_array_unref (c->events);
}

void
canvas (void)
{
  Canvas c = { NULL };
  GListModel *tracks;

  say ("== canvas");
  c.pipeline = gst_parse_launch (CANVAS, NULL);
  c.events = g_ptr_array_new_with_free_func (g_free);
  c.pen = gst_bin_get_by_name (GST_BIN (c.pipeline), "pen");
  c.sink = gst_bin_get_by_name (GST_BIN (c.pipeline), "canvas");
  g_object_get (c.sink, "stream", &c.stream, NULL);
  tracks = members (c.stream, "get-video-tracks");
  c.track = g_list_model_get_item (tracks, 0);
  g_object_unref (tracks);
  listen_to (&c);
  print_before (&c);
  begin (&c);
  request_frames (&c);
  pause_and_go_on (&c);
  end (&c);
  clear (&c);
}
