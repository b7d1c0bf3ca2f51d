/* The parts of the scenario. */
#pragma once

#include "script.h"

/* Longer than anything takes on a loaded machine. */
#define LIMIT 30

typedef struct {
  GObject *devices, *camera, *other_camera, *microphone;
  GObject *stream, *video, *audio;
  GstElement *pipeline, *pictures, *sound;
  GPtrArray *events, *asked;
} Scenario;

/* objects.c */

gboolean flag (gpointer object, const gchar *property);
gchar *text (gpointer object, const gchar *property);

/* The nick of an enumeration's value: the string of the specification. */
const gchar *nick (gpointer object, const gchar *property);

/* An action without an argument that returns a structure. */
gchar *asked (gpointer object, const gchar *action);
GstStructure *answer (GstPromise *promise);

/* An action that takes JSON and a promise. */
GstStructure *promised (gpointer object, const gchar *action, const gchar *json);

/* An object out of a structure, of whatever type: gst_structure_get() wants to be told exactly. */
gpointer object_in (const GstStructure *structure, const gchar *field);
GListModel *list_of (gpointer object, const gchar *property);

/* How long a list is that the caller has no other use for. */
guint length (GListModel *list);
GListModel *members (gpointer stream, const gchar *action);
gboolean contains (GListModel *list, gpointer wanted);
gboolean is_equal (gpointer one, gpointer other, const gchar *property);
void print_track (GObject *track);

/* devices.c */

GListModel *enumerated (Scenario *s);
void enumerate (Scenario *s);
void get_user_media (Scenario *s);
void permission (Scenario *s);

/* playing.c */

GstSample *pull (GstElement *sink);
void pull_to_the_end (GstElement *sink);
gboolean is_media (GstSample *sample);
gchar *show_caps (GstSample *sample);

/* Pulls until a sample is as wanted, and then nine more, which are so as well. */
void print_ten (const gchar *what, GstElement *sink, gboolean (*is_wanted) (GstSample *));
void play (Scenario *s);
void enable (Scenario *s);
void apply_constraints (Scenario *s);
void node (Scenario *s);

/* members.c */

void clone (Scenario *s);
void change_members (Scenario *s);

/* element.c */

void media_element (void);

/* canvas.c */

void canvas (void);

/* events.c */

void listen_to_track (Scenario *s, GObject *track);
void listen (Scenario *s);
void turn_the_loop (const gchar *what, gint64 deadline);

/* Waits for the next message about a track. */
void print_message (GstElement *pipeline);
void faults (Scenario *s);
