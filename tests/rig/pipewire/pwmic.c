/* pwmic: a microphone that exists only in PipeWire: a tone of 440 Hz, mono, 48 kHz.
 *
 *   pwmic [-n NODE_NAME] [-d DESCRIPTION]
 *
 * SIGUSR1 makes it silent and loud again; SIGSTOP stalls it; SIGTERM makes it leave; SIGKILL makes it vanish.
 */
#include <math.h>
#include <pipewire/pipewire.h>
#include <signal.h>
#include <spa/param/audio/format-utils.h>
#include <stdio.h>
#include <unistd.h>

#define RATE 48000
#define TONE 440
#define AMPLITUDE 0.25

struct microphone {
	struct pw_main_loop *loop;
	struct pw_stream *stream;
	struct spa_source *timer;
	/* When the next period is due, in nanoseconds. */
	uint64_t due;
	/* What PipeWire asked for last time. */
	uint32_t period;
	/* Position in the tone, in turns. */
	double phase;
	bool silent;
};

static void on_process(void *data)
{
	struct microphone *microphone = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(microphone->stream);
	if (!buffer)
		return;
	struct spa_data *plane = &buffer->buffer->datas[0];
	float *out = plane->data;
	uint32_t frames = plane->maxsize / sizeof *out;
	if (buffer->requested)
		frames = SPA_MIN(frames, (uint32_t)buffer->requested);
	for (uint32_t i = 0; out && i < frames; i++) {
		microphone->phase = fmod(microphone->phase + (double)TONE / RATE, 1.0);
		out[i] = microphone->silent ? 0 : AMPLITUDE * sin(2 * M_PI * microphone->phase);
	}
	if (frames)
		microphone->period = frames;
	plane->chunk->offset = 0;
	plane->chunk->stride = sizeof *out;
	plane->chunk->size = frames * sizeof *out;
	pw_stream_queue_buffer(microphone->stream, buffer);
}

static void arm(struct microphone *microphone, bool running)
{
	struct timespec due = { 0 };
	if (running)
		due = (struct timespec) { microphone->due / SPA_NSEC_PER_SEC, microphone->due % SPA_NSEC_PER_SEC };
	pw_loop_update_timer(pw_main_loop_get_loop(microphone->loop), microphone->timer, &due, NULL, true);
}

static uint64_t now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return SPA_TIMESPEC_TO_NSEC(&now);
}

static void on_timer(void *data, uint64_t expirations)
{
	struct microphone *microphone = data;
	(void)expirations;
	pw_stream_trigger_process(microphone->stream);
	microphone->due += (uint64_t)microphone->period * SPA_NSEC_PER_SEC / RATE;
	/* What was missed in a stall is lost, as with a sound card. */
	if (microphone->due < now())
		microphone->due = now();
	arm(microphone, true);
}

static void on_state(void *data, enum pw_stream_state old, enum pw_stream_state state, const char *error)
{
	struct microphone *microphone = data;
	(void)old;
	printf("pwmic: %s %s\n", pw_stream_state_as_string(state), error ? error : "");
	fflush(stdout);
	microphone->due = now();
	arm(microphone, state == PW_STREAM_STATE_STREAMING);
	/* The daemon is gone. */
	if (state == PW_STREAM_STATE_UNCONNECTED || state == PW_STREAM_STATE_ERROR)
		pw_main_loop_quit(microphone->loop);
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.process = on_process,
	.state_changed = on_state,
};

static void on_silence(void *data, int signal)
{
	struct microphone *microphone = data;
	(void)signal;
	microphone->silent = !microphone->silent;
}

static void on_leave(void *data, int signal)
{
	struct microphone *microphone = data;
	(void)signal;
	pw_main_loop_quit(microphone->loop);
}

int main(int argc, char **argv)
{
	struct microphone microphone = { .period = 1024 };
	const char *name = "rig-microphone", *description = "Rig PipeWire microphone";
	int option;
	while ((option = getopt(argc, argv, "n:d:")) != -1) {
		if (option == 'n')
			name = optarg;
		else if (option == 'd')
			description = optarg;
		else
			return 2;
	}

	pw_init(&argc, &argv);
	microphone.loop = pw_main_loop_new(NULL);
	struct pw_loop *loop = pw_main_loop_get_loop(microphone.loop);
	pw_loop_add_signal(loop, SIGUSR1, on_silence, &microphone);
	pw_loop_add_signal(loop, SIGTERM, on_leave, &microphone);
	pw_loop_add_signal(loop, SIGINT, on_leave, &microphone);
	microphone.timer = pw_loop_add_timer(loop, on_timer, &microphone);
	microphone.stream = pw_stream_new_simple(loop, name,
		pw_properties_new(PW_KEY_MEDIA_CLASS, "Audio/Source", PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION,
			description, NULL),
		&events, &microphone);

	uint8_t bytes[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(bytes, sizeof bytes);
	struct spa_audio_info_raw info = SPA_AUDIO_INFO_RAW_INIT(.format = SPA_AUDIO_FORMAT_F32, .rate = RATE, .channels = 1,
		.position = { SPA_AUDIO_CHANNEL_MONO });
	const struct spa_pod *params[] = { spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &info) };
	/* A driver: it has a clock of its own, as sound cards have. Without one it follows the camera's. */
	if (!microphone.stream
		|| pw_stream_connect(microphone.stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
			   PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_MAP_BUFFERS, params, 1) < 0) {
		fprintf(stderr, "pwmic: cannot connect to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(microphone.loop);
	pw_stream_destroy(microphone.stream);
	pw_main_loop_destroy(microphone.loop);
	return 0;
}
