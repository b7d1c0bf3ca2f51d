/* The devices: listing them, asking for them, and being asked. */
#include "scenario.h"

GListModel *
enumerated (Scenario *s)
{
  GstPromise *promise = gst_promise_new ();
  GstStructure *reply;
  GListModel *list = NULL;

  g_signal_emit_by_name (s->devices, "enumerate-devices", promise);
  reply = answer (promise);
  gst_structure_get (reply, "devices", G_TYPE_LIST_MODEL, &list, NULL);
  gst_structure_free (reply);
  return list;
}

static void
print_device (GObject *device, guint *groups)
{
  gchar *id = text (device, "device-id"), *group = text (device, "group-id"), *label = text (device, "label");
  gchar *shown;

  if (!g_hash_table_contains (names, group))
    g_hash_table_insert (names, g_strdup (group), g_strdup_printf ("<group %u>", ++*groups));
  g_hash_table_insert (names, g_strdup (id), g_strdup_printf ("<id of %s>", label));
  shown = show_text (group);
  say ("%s: %s \"%s\" %s", G_OBJECT_TYPE_NAME (device), nick (device, "kind"), label, shown);
  g_free (shown);
  if (!g_str_equal (nick (device, "kind"), "audiooutput")) {
    shown = asked (device, "get-capabilities");
    say ("  capabilities %s", shown);
    g_free (shown);
  }
  g_free (id);
  g_free (group);
  g_free (label);
}

void
enumerate (Scenario *s)
{
  GListModel *list = enumerated (s);
  guint groups = 0;
  gchar *shown;

  say ("== enumerate");
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    GObject *device = g_list_model_get_item (list, i);
    print_device (device, &groups);
    g_object_unref (device);
  }
  g_object_unref (list);
  shown = asked (s->devices, "get-supported-constraints");
  say ("supported %s", shown);
  g_free (shown);
}

static void
print_refused (Scenario *s, const gchar *json)
{
  GstStructure *reply = promised (s->devices, "get-user-media", json), *error = NULL;
  gchar *shown = show_text (json), *why;

  gst_structure_get (reply, "error", GST_TYPE_STRUCTURE, &error, NULL);
  why = reason (error);
  say ("%s -> %s", shown, why);
  g_free (why);
  g_free (shown);
  gst_structure_free (error);
  gst_structure_free (reply);
}

static void
print_new_track (Scenario *s, GObject *track)
{
  GListModel *list = enumerated (s);
  GObject *device;
  gchar *label, *shown = asked (track, "get-capabilities");

  print_track (track);
  say ("  capabilities %s", shown);
  g_free (shown);
  g_object_get (track, "device", &device, NULL);
  label = text (device, "label");
  say ("  device \"%s\", the one listed %s", label, truth (contains (list, device)));
  g_free (label);
  g_object_unref (device);
  g_object_unref (list);
  listen_to_track (s, track);
}

static GObject *
only_item (GListModel *list)
{
  GObject *item = g_list_model_get_item (list, 0);

  g_object_unref (list);
  return item;
}

void
get_user_media (Scenario *s)
{
  GstStructure *reply;
  GListModel *tracks;
  gchar *id;

  say ("== getUserMedia");
  print_refused (s, NULL);
  print_refused (s, "{\"video\": tru}");
  print_refused (s, "{\"video\": {\"width\": {\"min\": 5000}}, \"audio\": true}");
  g_signal_emit_by_name (s->other_camera, "fail-open", "NotReadableError");
  print_refused (s, "{\"video\": {\"facingMode\": {\"exact\": \"environment\"}}}");
  g_signal_emit_by_name (s->other_camera, "fail-open", "");
  reply = promised (s->devices, "get-user-media",
      "{\"video\": {\"width\": {\"exact\": 640}, \"height\": {\"exact\": 480}, \"frameRate\": 30},"
      " \"audio\": {\"sampleRate\": {\"exact\": 44100}, \"channelCount\": 2}}");
  s->stream = object_in (reply, "stream");
  gst_structure_free (reply);
  id = text (s->stream, "id");
  say ("stream: active %s, id of %u characters", truth (flag (s->stream, "active")), (guint) strlen (id));
  g_free (id);
  tracks = list_of (s->stream, "tracks");
  for (guint i = 0; i < g_list_model_get_n_items (tracks); i++) {
    GObject *track = g_list_model_get_item (tracks, i);
    print_new_track (s, track);
    g_object_unref (track);
  }
  g_object_unref (tracks);
  s->video = only_item (members (s->stream, "get-video-tracks"));
  s->audio = only_item (members (s->stream, "get-audio-tracks"));
  listen (s);
}

static gboolean
on_permission_request (GObject *devices, const gchar *const *kinds, GstDevice *device, Scenario *s)
{
  gchar *label = text (device, "label");
  gchar *all = g_strjoinv ("\", \"", (gchar **) kinds);
  gboolean granted = g_str_equal (label, "Fake camera 1");

  g_ptr_array_add (s->asked, g_strdup_printf ("asked for [\"%s\"]: \"%s\"", all, label));
  g_free (all);
  g_free (label);
  return granted;
}

void
permission (Scenario *s)
{
  gulong handler = g_signal_connect (s->devices, "permission-request", G_CALLBACK (on_permission_request), s);
  GstElement *pipeline = gst_parse_launch ("mediatrackvideosrc name=source ! fakesink", NULL);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;
  const GstStructure *details;
  GstMessage *message;
  GError *error;
  gchar *why;

  say ("== permission");
  g_object_set (source, "constraints", "{\"facingMode\": {\"exact\": \"environment\"}}", NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!(message = gst_bus_pop_filtered (GST_ELEMENT_BUS (pipeline), GST_MESSAGE_ERROR)))
    turn_the_loop ("the error", deadline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_signal_handler_disconnect (s->devices, handler);
  for (guint i = 0; i < s->asked->len; i++)
    say ("%s", (const gchar *) g_ptr_array_index (s->asked, i));
  gst_message_parse_error (message, &error, NULL);
  say ("not authorized %s", truth (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED)));
  gst_message_parse_error_details (message, &details);
  why = reason (details);
  say ("%s", why);
  g_free (why);
  g_error_free (error);
  gst_message_unref (message);
  gst_object_unref (source);
  gst_object_unref (pipeline);
}
