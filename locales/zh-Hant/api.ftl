api-title = 介面說明
api-intro = 與頁面走同一條寫入路徑。請求與回答均為 JSON；時間為 RFC 3339，東八區。先用 POST /api/v1/sessions 登入。
