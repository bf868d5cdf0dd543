"""Operations that last: subscriptions over WebSocket, event stream and multipart answers."""

from core.graphql.live.accepting import StreamFormat, stream_format
from core.graphql.live.hub import Live
from core.graphql.live.options import LiveOptions
from core.graphql.live.renewal import Renewal

__all__ = ["Live", "LiveOptions", "Renewal", "StreamFormat", "stream_format"]
