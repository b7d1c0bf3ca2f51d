/* The scenario of ../languages/scenario.txt in C: properties, action signals, GListModel, GstPromise and
 * GstStructure, and no header of the plugin. */
#include "scenario.h"

static gboolean
again (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static guint
users (GObject *device)
{
  guint active;

  g_object_get (device, "active", &active, NULL);
  return active;
}

static void
stop (Scenario *s)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  say ("== stop");
  g_signal_emit_by_name (s->audio, "stop");
  say ("%s, stream active %s", nick (s->audio, "ready-state"), truth (flag (s->stream, "active")));
  pull_to_the_end (s->sound);
  gst_element_set_state (s->pipeline, GST_STATE_NULL);
  while (users (s->microphone) > 0)
    turn_the_loop ("the microphone is closed", deadline);
  say ("users of the camera %u, of the microphone %u", users (s->camera), users (s->microphone));
  say ("events %u", s->events->len);
  print_track (s->audio);
  g_object_set (s->devices, "context", NULL, NULL);
}

static GObject *
fake (const gchar *wanted)
{
  GstDeviceProvider *provider = gst_device_provider_factory_get_by_name ("fakemediadeviceprovider");
  GList *devices = gst_device_provider_get_devices (provider);
  GObject *found = NULL;

  for (GList *each = devices; each; each = each->next) {
    gchar *name = text (each->data, "name-in-provider");
    if (g_str_equal (name, wanted))
      found = g_object_ref (each->data);
    g_free (name);
  }
  ck_assert (found != NULL);
  g_list_free_full (devices, gst_object_unref);
  gst_object_unref (provider);
  return found;
}

static void
clear (Scenario *s)
{
  GObject *objects[] = { s->stream, s->video, s->audio, s->camera, s->other_camera, s->microphone, s->devices,
    G_OBJECT (s->pictures), G_OBJECT (s->sound), G_OBJECT (s->pipeline)
  };

  g_signal_handlers_disconnect_by_data (s->devices, s);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_object_unref (objects[i]);
  g_ptr_array_unref (s->events);
  g_ptr_array_unref (s->asked);
}

GST_START_TEST (what_any_language_sees)
{
  Scenario s = { NULL };
  guint alarm;

  script_begin ();
  s.events = g_ptr_array_new_with_free_func (g_free);
  s.asked = g_ptr_array_new_with_free_func (g_free);
  s.devices = G_OBJECT (gst_device_provider_factory_get_by_name ("mediadeviceprovider"));
  s.camera = fake ("camera-1");
  s.other_camera = fake ("camera-2");
  s.microphone = fake ("microphone-1");
  g_object_set (s.devices, "context", g_main_context_default (), NULL);
  /* Nothing that is waited for can be missed: the loop looks again. */
  alarm = g_timeout_add (20, again, NULL);

  enumerate (&s);
  get_user_media (&s);
  play (&s);
  enable (&s);
  apply_constraints (&s);
  clone (&s);
  change_members (&s);
  node (&s);
  media_element ();
  canvas ();
  faults (&s);
  permission (&s);
  stop (&s);
  g_source_remove (alarm);
  clear (&s);
  script_end ();
}
GST_END_TEST;

static Suite *
scenario_suite (void)
{
  Suite *suite = suite_create ("scenario");
  TCase *chain = tcase_create ("fakes");

  suite_add_tcase (suite, chain);
  tcase_set_timeout (chain, 10 * LIMIT);
  tcase_add_test (chain, what_any_language_sees);
  return suite;
}

GST_CHECK_MAIN (scenario);
