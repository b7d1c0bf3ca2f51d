/* pwcam: a camera that exists only in PipeWire, and that does what a test wants.
 *
 *   pwcam [-f] [-n NODE_NAME] [-d DESCRIPTION] [WIDTHxHEIGHT@RATE]...
 *
 * Raw YUY2 in the given modes (default 640x480@30 320x240@30 1280x720@30); frames carry time stamps.
 * -f: each picture is in a file of its own, as a driver's is; without, all are in one memory that the daemon made.
 * SIGUSR1 stalls it and lets it go on; SIGUSR2 puts its stream in error; SIGTERM makes it leave; SIGSTOP freezes it;
 * SIGKILL makes it vanish.
 *
 * C, because a Rust binding of libpipewire is generated with libclang, which is 500 MB to install for 200 lines.
 */
#define _GNU_SOURCE /* memfd_create */
#include <pipewire/pipewire.h>
#include <signal.h>
#include <spa/param/video/format-utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_MODES 8
#define BYTES_PER_PIXEL 2
#define BAR_WIDTH 16
#define BAR_STEP 4

struct mode {
	uint32_t width, height, rate;
};

struct camera {
	struct pw_main_loop *loop;
	struct pw_stream *stream;
	struct spa_source *timer;
	struct mode offered[MAX_MODES];
	unsigned n_offered;
	struct mode current;
	uint64_t count;
	bool stalled;
	bool failed;
	bool in_files;
};

static void say(const char *what, const char *more)
{
	printf("pwcam: %s %s\n", what, more);
	fflush(stdout);
}

/* The same picture as the USB camera's: a gradient, and a bar that travels. */
static void draw(uint8_t *out, const struct mode *mode, uint64_t number)
{
	int bar = number * BAR_STEP % mode->width;
	for (uint32_t y = 0; y < mode->height; y++) {
		uint8_t grey = 40 + y * 120 / mode->height;
		for (uint32_t x = 0; x < mode->width; x++) {
			*out++ = abs((int)x - bar) < BAR_WIDTH / 2 ? 235 : grey;
			*out++ = x % 2 ? 90 : 170;
		}
	}
}

static void on_process(void *data)
{
	struct camera *camera = data;
	struct pw_buffer *buffer = pw_stream_dequeue_buffer(camera->stream);
	if (!buffer)
		return;
	struct spa_data *plane = &buffer->buffer->datas[0];
	uint32_t size = camera->current.width * camera->current.height * BYTES_PER_PIXEL;
	if (plane->data && plane->maxsize >= size)
		draw(plane->data, &camera->current, camera->count);
	plane->chunk->offset = 0;
	plane->chunk->size = size;
	plane->chunk->stride = camera->current.width * BYTES_PER_PIXEL;
	plane->chunk->flags = 0;

	struct spa_meta_header *header = spa_buffer_find_meta_data(buffer->buffer, SPA_META_Header, sizeof *header);
	if (header) {
		struct timespec now;
		clock_gettime(CLOCK_MONOTONIC, &now);
		*header = (struct spa_meta_header) { .pts = SPA_TIMESPEC_TO_NSEC(&now), .seq = camera->count };
	}
	camera->count++;
	pw_stream_queue_buffer(camera->stream, buffer);
}

static void on_timer(void *data, uint64_t expirations)
{
	struct camera *camera = data;
	(void)expirations;
	if (!camera->stalled)
		pw_stream_trigger_process(camera->stream);
}

/* With -f, and the format is known by then. */
static void on_add_buffer(void *data, struct pw_buffer *buffer)
{
	struct camera *camera = data;
	struct spa_data *plane = &buffer->buffer->datas[0];
	if (!camera->in_files || !(plane->type & (1 << SPA_DATA_MemFd)))
		return;
	plane->type = SPA_DATA_MemFd;
	plane->flags = SPA_DATA_FLAG_READWRITE;
	plane->mapoffset = 0;
	plane->maxsize = camera->current.width * camera->current.height * BYTES_PER_PIXEL;
	plane->fd = memfd_create("pwcam", MFD_CLOEXEC);
	plane->data = NULL;
	if (plane->fd < 0 || ftruncate(plane->fd, plane->maxsize) < 0)
		return;
	void *memory = mmap(NULL, plane->maxsize, PROT_READ | PROT_WRITE, MAP_SHARED, plane->fd, 0);
	plane->data = memory == MAP_FAILED ? NULL : memory;
}

static void on_remove_buffer(void *data, struct pw_buffer *buffer)
{
	struct camera *camera = data;
	struct spa_data *plane = &buffer->buffer->datas[0];
	if (!camera->in_files || plane->type != SPA_DATA_MemFd)
		return;
	if (plane->data)
		munmap(plane->data, plane->maxsize);
	close(plane->fd);
}

static void on_state(void *data, enum pw_stream_state old, enum pw_stream_state state, const char *error)
{
	struct camera *camera = data;
	(void)old;
	say(pw_stream_state_as_string(state), error ? error : "");
	struct timespec interval = { 0 }, first = { 0 };
	if (state == PW_STREAM_STATE_STREAMING) {
		interval.tv_nsec = SPA_NSEC_PER_SEC / camera->current.rate;
		first.tv_nsec = 1;
	}
	pw_loop_update_timer(pw_main_loop_get_loop(camera->loop), camera->timer, &first, &interval, false);
	/* The daemon is gone. An error that was asked for is to be seen, not ended. */
	if (state == PW_STREAM_STATE_UNCONNECTED || (state == PW_STREAM_STATE_ERROR && !camera->failed))
		pw_main_loop_quit(camera->loop);
}

static void on_param(void *data, uint32_t id, const struct spa_pod *param)
{
	struct camera *camera = data;
	struct spa_video_info_raw info = { 0 };
	if (id != SPA_PARAM_Format || !param || spa_format_video_raw_parse(param, &info) < 0)
		return;
	camera->current = (struct mode) { info.size.width, info.size.height, info.framerate.num / info.framerate.denom };

	uint8_t bytes[1024];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(bytes, sizeof bytes);
	int stride = camera->current.width * BYTES_PER_PIXEL;
	struct spa_pod_frame frame;
	spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers);
	spa_pod_builder_add(&builder,
		SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(8, 2, 16),
		SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1),
		SPA_PARAM_BUFFERS_size, SPA_POD_Int(stride * camera->current.height),
		SPA_PARAM_BUFFERS_stride, SPA_POD_Int(stride), 0);
	if (camera->in_files)
		spa_pod_builder_add(&builder, SPA_PARAM_BUFFERS_dataType, SPA_POD_CHOICE_FLAGS_Int(1 << SPA_DATA_MemFd), 0);
	const struct spa_pod *params[] = {
		spa_pod_builder_pop(&builder, &frame),
		/* Without this there is no time stamp. */
		spa_pod_builder_add_object(&builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
			SPA_PARAM_META_type, SPA_POD_Id(SPA_META_Header),
			SPA_PARAM_META_size, SPA_POD_Int(sizeof(struct spa_meta_header))),
	};
	pw_stream_update_params(camera->stream, params, SPA_N_ELEMENTS(params));
}

static const struct pw_stream_events events = {
	PW_VERSION_STREAM_EVENTS,
	.process = on_process,
	.add_buffer = on_add_buffer,
	.remove_buffer = on_remove_buffer,
	.state_changed = on_state,
	.param_changed = on_param,
};

static void on_stall(void *data, int signal)
{
	struct camera *camera = data;
	(void)signal;
	camera->stalled = !camera->stalled;
	say(camera->stalled ? "stalls" : "goes on", "");
}

static void on_fail(void *data, int signal)
{
	struct camera *camera = data;
	(void)signal;
	camera->failed = true;
	pw_stream_set_error(camera->stream, -EIO, "the camera failed, as it was told to");
}

static void on_leave(void *data, int signal)
{
	struct camera *camera = data;
	(void)signal;
	pw_main_loop_quit(camera->loop);
}

/* One set of parameters a mode: sizes and rates are not free to combine. */
static int connect_stream(struct camera *camera)
{
	uint8_t bytes[4096];
	struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(bytes, sizeof bytes);
	const struct spa_pod *params[MAX_MODES];
	for (unsigned i = 0; i < camera->n_offered; i++) {
		struct mode *mode = &camera->offered[i];
		params[i] = spa_pod_builder_add_object(&builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat,
			SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
			SPA_FORMAT_mediaSubtype, SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw),
			SPA_FORMAT_VIDEO_format, SPA_POD_Id(SPA_VIDEO_FORMAT_YUY2),
			SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle(&SPA_RECTANGLE(mode->width, mode->height)),
			SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction(&SPA_FRACTION(mode->rate, 1)));
	}
	/* A driver: it has a clock of its own and says when there is a frame, as cameras do. */
	return pw_stream_connect(camera->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
		PW_STREAM_FLAG_DRIVER | (camera->in_files ? PW_STREAM_FLAG_ALLOC_BUFFERS : PW_STREAM_FLAG_MAP_BUFFERS), params, camera->n_offered);
}

int main(int argc, char **argv)
{
	struct camera camera = { .offered = { { 640, 480, 30 }, { 320, 240, 30 }, { 1280, 720, 30 } }, .n_offered = 3 };
	const char *name = "rig-camera", *description = "Rig PipeWire camera";
	int option;
	while ((option = getopt(argc, argv, "fn:d:")) != -1) {
		if (option == 'n')
			name = optarg;
		else if (option == 'd')
			description = optarg;
		else if (option == 'f')
			camera.in_files = true;
		else
			return 2;
	}
	if (optind < argc)
		camera.n_offered = 0;
	for (; optind < argc && camera.n_offered < MAX_MODES; optind++) {
		struct mode *mode = &camera.offered[camera.n_offered++];
		if (sscanf(argv[optind], "%ux%u@%u", &mode->width, &mode->height, &mode->rate) != 3 || !mode->rate) {
			fprintf(stderr, "pwcam: '%s' is not a mode such as 640x480@30\n", argv[optind]);
			return 2;
		}
	}

	pw_init(&argc, &argv);
	camera.loop = pw_main_loop_new(NULL);
	struct pw_loop *loop = pw_main_loop_get_loop(camera.loop);
	pw_loop_add_signal(loop, SIGUSR1, on_stall, &camera);
	pw_loop_add_signal(loop, SIGUSR2, on_fail, &camera);
	pw_loop_add_signal(loop, SIGTERM, on_leave, &camera);
	pw_loop_add_signal(loop, SIGINT, on_leave, &camera);
	camera.timer = pw_loop_add_timer(loop, on_timer, &camera);
	camera.stream = pw_stream_new_simple(loop, name,
		pw_properties_new(PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE, "Camera", PW_KEY_NODE_NAME, name,
			PW_KEY_NODE_DESCRIPTION, description, NULL),
		&events, &camera);
	if (!camera.stream || connect_stream(&camera) < 0) {
		fprintf(stderr, "pwcam: cannot connect to PipeWire\n");
		return 1;
	}
	pw_main_loop_run(camera.loop);
	pw_stream_destroy(camera.stream);
	pw_main_loop_destroy(camera.loop);
	return 0;
}
